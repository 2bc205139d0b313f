/** A made-up site. Of each list the first is the most frequent: about n times as often as the n-th. */
export interface SeedSite {
  readonly id: string;
  readonly zone: string;
  readonly jurisdiction: string;
  /** Its part of all visits. */
  readonly share: number;
  /** How busy each day of the week is, from Monday. */
  readonly week: readonly number[];
  /** Path, template, service. */
  readonly pages: readonly (readonly [path: string, route: string, service: string])[];
  /** Less frequent pages, with names that no filter would take for an identifier: how many, up to 4,000, and below which path. */
  readonly catalogue: { readonly kind: string; readonly size: number };
  /** Country, language, first number of its addresses. */
  readonly places: readonly (readonly [country: string, lang: string, prefix: string])[];
}

/** Hours of the day, each as often as visits begin in it. */
export const hours: readonly number[] = [
  1, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 6, 7, 8, 8, 6, 3,
].flatMap((times, hour) => Array.from({ length: times }, () => hour));

export const agents: readonly (readonly [string, number, string, string, number])[] = [
  ["Chrome", 150, "Android", "phone", 300],
  ["Safari", 26, "iOS", "phone", 300],
  ["Chrome", 150, "Windows", "desktop", 1300],
  ["Chrome", 149, "macOS", "desktop", 1400],
  ["Samsung Internet", 29, "Android", "phone", 300],
  ["Edge", 150, "Windows", "desktop", 1500],
  ["Yandex", 26, "Windows", "desktop", 1300],
  ["Firefox", 153, "Windows", "desktop", 1600],
  ["Safari", 26, "macOS", "desktop", 1400],
  ["Safari", 26, "iOS", "tablet", 700],
  ["Opera", 120, "Windows", "desktop", 1300],
  ["Firefox", 153, "Linux", "desktop", 1700],
];

export const sources: readonly (readonly [referrer: string, channel: string])[] = [
  ["", "direct"],
  ["google.com", "search"],
  ["instagram.com", "social"],
  ["facebook.com", "social"],
  ["yandex.ru", "search"],
  ["bing.com", "search"],
  ["t.me", "social"],
  ["chatgpt.com", "referral"],
  ["forum.example", "referral"],
  ["news.example", "referral"],
  ["duckduckgo.com", "search"],
  ["partner.example", "referral"],
];

export const campaigns: readonly (readonly [source: string, medium: string, campaign: string])[] = [
  ["google", "cpc", "brand"],
  ["instagram", "social", "autumn"],
  ["newsletter", "email", "monthly"],
  ["facebook", "social", "autumn"],
  ["google", "cpc", "competitors"],
  ["partner", "banner", "launch"],
];

export const clicks: readonly (readonly [kind: string, label: string])[] = [
  ["button", "menu"],
  ["link", "hero-plans"],
  ["phone", "header-call"],
  ["whatsapp", "contacts-whatsapp"],
  ["button", "faq"],
  ["email", "contacts-email"],
  ["telegram", "contacts-telegram"],
  ["map", "contacts-map"],
  ["download", "price-list"],
  ["outbound", ""],
];

const device = (name: string) => [`/devices/${name}`, "/devices/:device", name] as const;

/** The shop of `examples/demo`, at a thousandth of the rows that the other sites are for. */
export const demo: SeedSite = {
  id: "demo",
  zone: "Asia/Baku",
  jurisdiction: "AZ",
  share: 1,
  week: [1.05, 1, 1, 1, 1.1, 0.9, 0.8],
  pages: [
    ["/", "/", ""],
    ["/plans", "/plans", "fiber-100"],
    ["/devices", "/devices", ""],
    ["/contacts", "/contacts", ""],
    device("router-ax"),
    device("mesh-duo"),
    ["/search", "/search", ""],
    device("tv-box"),
    ["/privacy", "/privacy", ""],
    device("phone-sade"),
  ],
  catalogue: { kind: "", size: 0 },
  places: [
    ["AZ", "az-AZ", "185"],
    ["AZ", "ru-RU", "94"],
    ["TR", "tr-TR", "88"],
    ["AZ", "en-US", "37"],
    ["GE", "ru-RU", "31"],
    ["DE", "de-DE", "91"],
    ["US", "en-US", "73"],
    ["", "az-AZ", "5"],
  ],
};

const plain = ["/", "/about", "/search", "/contacts"].map((path) => [path, path, ""] as const);

/** Sites of different sizes, weeks and time zones. */
export const manySites: readonly SeedSite[] = [
  { ...demo, id: "shop", share: 0.6, pages: plain, catalogue: { kind: "goods", size: 3_000 } },
  {
    ...demo,
    id: "news",
    zone: "Europe/Istanbul",
    jurisdiction: "TR",
    share: 0.2,
    pages: plain,
    catalogue: { kind: "story", size: 4_000 },
  },
  {
    ...demo,
    id: "tools",
    zone: "America/New_York",
    jurisdiction: "US",
    share: 0.12,
    week: [1.4, 1.4, 1.3, 1.3, 1.1, 0.3, 0.3],
    pages: plain,
    catalogue: { kind: "guide", size: 400 },
    places: [
      ["US", "en-US", "73"],
      ["CA", "en-CA", "99"],
      ["US", "es-US", "24"],
      ["GB", "en-GB", "81"],
    ],
  },
  { ...demo, share: 0.08 },
];

export const words: readonly string[] =
  "amber birch copper dune ember fjord garnet harbour indigo juniper kelp linen maple north opal pearl".split(" ");
