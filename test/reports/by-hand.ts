import { rowOf, type Stored } from "./world.ts";

/** A day of a site in Baku (UTC+4), small enough to count by hand. Times are of that day unless they say otherwise. */
export const site = "shop";
export const timeZone = "Asia/Baku";
export const day = "2026-11-10";

const anna = "00000000-0000-4000-8000-00000000000a";
const boris = "00000000-0000-4000-8000-00000000000b";
const robot = "00000000-0000-4000-8000-00000000000c";

const at = (time: string, on = day): number => Date.parse(`${on}T${time}+04:00`);

function event(given: Partial<Stored> & Pick<Stored, "at" | "type" | "page" | "seq" | "session" | "visitor">): Stored {
  return {
    site,
    received_at: given.at + 1_000,
    path: "",
    referrer: "",
    channel: "",
    utm_source: "",
    utm_medium: "",
    utm_campaign: "",
    kind: "",
    label: "",
    service: "",
    action: "",
    engaged_ms: 0,
    scroll: 0,
    lang: "",
    viewport: 0,
    browser: "Firefox",
    browser_major: 140,
    os: "Linux",
    device: "desktop",
    country: "AZ",
    bot: false,
    ...given,
  };
}

const ofAnna = { visitor: anna, session: "annamorning" };
const late = { visitor: anna, session: "annanight" };
const ofBoris = { visitor: boris, session: "borisnoon", country: "TR", device: "phone", browser: "Safari" };
const seen = { lang: "az-AZ", viewport: 1_200 };

export const events: readonly Stored[] = [
  // The day before, Anna looked in once.
  event({
    visitor: anna,
    session: "annabefore",
    at: at("12:00:00", "2026-11-09"),
    type: "view",
    page: "before01",
    seq: 0,
    path: "/",
    channel: "direct",
    ...seen,
  }),
  // Anna in the morning: from a search, home, plans, a service seen and chosen, then the telephone.
  event({
    ...ofAnna,
    at: at("09:00:00"),
    type: "view",
    page: "anna0001",
    seq: 0,
    path: "/",
    channel: "search",
    referrer: "google.com",
    ...seen,
  }),
  event({ ...ofAnna, at: at("09:00:20"), type: "time", page: "anna0001", seq: 1, engaged_ms: 20_000, scroll: 50 }),
  event({
    ...ofAnna,
    at: at("09:00:20"),
    type: "view",
    page: "anna0002",
    seq: 0,
    path: "/plans",
    channel: "internal",
    referrer: "/",
    ...seen,
  }),
  event({
    ...ofAnna,
    at: at("09:00:25"),
    type: "service",
    page: "anna0002",
    seq: 1,
    service: "fiber-100",
    action: "view",
  }),
  event({
    ...ofAnna,
    at: at("09:00:40"),
    type: "service",
    page: "anna0002",
    seq: 2,
    service: "fiber-100",
    action: "choose",
  }),
  event({
    ...ofAnna,
    at: at("09:01:00"),
    type: "click",
    page: "anna0002",
    seq: 3,
    kind: "phone",
    label: "header-call",
  }),
  event({ ...ofAnna, at: at("09:01:00"), type: "time", page: "anna0002", seq: 4, engaged_ms: 40_000, scroll: 100 }),
  // Anna at night, from before midnight to after it: the visit is of this day, its second view of the next.
  event({ ...late, at: at("23:50:00"), type: "view", page: "anna0003", seq: 0, path: "/", channel: "direct", ...seen }),
  event({
    ...late,
    at: at("00:10:00", "2026-11-11"),
    type: "view",
    page: "anna0004",
    seq: 0,
    path: "/privacy",
    channel: "internal",
    ...seen,
  }),
  event({
    ...late,
    at: at("00:10:00", "2026-11-11"),
    type: "time",
    page: "anna0003",
    seq: 1,
    engaged_ms: 30_000,
    scroll: 80,
  }),
  // Boris looks at one page for five seconds: a bounce, in which a service was seen.
  event({
    ...ofBoris,
    at: at("12:00:00"),
    type: "view",
    page: "boris001",
    seq: 0,
    path: "/plans",
    channel: "campaign",
    utm_source: "news",
    utm_medium: "mail",
    utm_campaign: "spring",
    lang: "tr-TR",
    viewport: 400,
  }),
  event({
    ...ofBoris,
    at: at("12:00:03"),
    type: "service",
    page: "boris001",
    seq: 1,
    service: "fiber-100",
    action: "view",
  }),
  event({ ...ofBoris, at: at("12:00:05"), type: "time", page: "boris001", seq: 2, engaged_ms: 5_000, scroll: 30 }),
  // A machine, which no report counts but its own.
  event({
    visitor: robot,
    session: "robotvisit",
    bot: true,
    browser: "Bot",
    at: at("15:00:00"),
    type: "view",
    page: "robot001",
    seq: 0,
    path: "/",
  }),
];

export const rows = events.map(rowOf);

const consent = { site, blocks: ["analytics", "processing"], expires_at: at("00:00:00", "2027-11-10") };
const number = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const consents = [
  { ...consent, consent_id: number(1), event: "granted", at: at("09:00:00") },
  {
    ...consent,
    consent_id: number(2),
    event: "granted",
    at: at("12:00:00"),
    blocks: ["analytics", "processing", "marketing"],
  },
  { ...consent, consent_id: number(2), event: "withdrawn", at: at("13:00:00"), blocks: ["marketing"] },
  // Given before, taken back on this day, twice.
  { ...consent, consent_id: number(3), event: "granted", at: at("12:00:00", "2026-11-09") },
  { ...consent, consent_id: number(3), event: "withdrawn", at: at("18:00:00") },
  { ...consent, consent_id: number(3), event: "withdrawn", at: at("18:00:01") },
];

const minute = { site, collector: "c1", reason: "" };
/** What was counted beside the events, in a minute each. */
export const counts = [
  { ...minute, name: "accepted", at: at("09:00:00"), events: 8 },
  { ...minute, name: "accepted", at: at("12:00:00"), events: 4 },
  // Another collector in the same minute.
  { ...minute, collector: "c2", name: "accepted", at: at("12:00:00"), events: 3 },
  // Inserted twice, the second time with what had been added to it.
  { ...minute, name: "refused", reason: "no_consent", at: at("09:01:00"), events: 2 },
  { ...minute, name: "refused", reason: "no_consent", at: at("09:01:00"), events: 3 },
  { ...minute, name: "refused", reason: "expired", at: at("23:59:00"), events: 1 },
  { ...minute, name: "refused", reason: "expired", at: at("00:00:00", "2026-11-11"), events: 90 },
  { ...minute, name: "refused", reason: "forged", at: at("12:00:00"), events: 70, site: "another" },
  { ...minute, name: "redacted", reason: "label:email", at: at("09:01:00"), events: 2 },
  { ...minute, name: "redacted", reason: "url:phone", at: at("09:01:00"), events: 5 },
  { ...minute, name: "redacted", reason: "url:email", at: at("09:01:00"), events: 2 },
  { ...minute, name: "dropped", at: at("09:01:00"), events: 1 },
  { ...minute, name: "quarantined", reason: "home", at: at("09:01:00"), events: 1 },
  { ...minute, name: "declined", at: at("09:02:00"), events: 1 },
  { ...minute, name: "declined", at: at("12:00:00"), events: 2 },
];

const ofVisits = (visitors: number, visits: number, bounce: number, seconds: number) => ({
  visitors,
  visits,
  bounce,
  seconds,
});

/** What each report says of the day. */
export const expected: Record<string, readonly Record<string, unknown>[]> = {
  // Three visits: of 60, 30 and 5 seconds; of 60, 1200 and 5 from first to last; with 2, 2 and 1 views.
  overview: [{ visitors: 2, visits: 3, views: 4, views_per_visit: 1.67, bounce: 33.3, seconds: 31.7, duration: 421.7 }],
  pages: [
    { path: "/", views: 2, visitors: 1, seconds: 25, scroll: 65 },
    { path: "/plans", views: 2, visitors: 2, seconds: 22.5, scroll: 65 },
  ],
  reading: [
    { path: "/", visitors: 1, seconds: 25, median: 30, longest: 30, half: 100, end: 0 },
    { path: "/plans", visitors: 2, seconds: 22.5, median: 40, longest: 40, half: 50, end: 50 },
  ],
  "entry-pages": [
    { path: "/", ...ofVisits(1, 2, 0, 45) },
    { path: "/plans", ...ofVisits(1, 1, 100, 5) },
  ],
  "exit-pages": [
    { path: "/plans", ...ofVisits(2, 2, 50, 32.5) },
    { path: "/privacy", ...ofVisits(1, 1, 0, 30) },
  ],
  sources: [
    { source: "", ...ofVisits(1, 1, 0, 30) },
    { source: "google.com", ...ofVisits(1, 1, 0, 60) },
    { source: "news", ...ofVisits(1, 1, 100, 5) },
  ],
  channels: [
    { channel: "campaign", ...ofVisits(1, 1, 100, 5) },
    { channel: "direct", ...ofVisits(1, 1, 0, 30) },
    { channel: "search", ...ofVisits(1, 1, 0, 60) },
  ],
  campaigns: [{ source: "news", medium: "mail", campaign: "spring", ...ofVisits(1, 1, 100, 5) }],
  countries: [
    { country: "AZ", ...ofVisits(1, 2, 0, 45) },
    { country: "TR", ...ofVisits(1, 1, 100, 5) },
  ],
  screens: [
    { screen: 400, ...ofVisits(1, 1, 100, 5) },
    { screen: 1_200, ...ofVisits(1, 2, 0, 45) },
  ],
  clicks: [{ kind: "phone", label: "header-call", clicks: 1, visitors: 1 }],
  contacts: [{ kind: "phone", contacts: 1, visitors: 1 }],
  services: [{ service: "fiber-100", visitors: 2, seen: 2, chosen: 1, choosers: 1, conversion: 50 }],
  returning: [
    { who: "new", ...ofVisits(1, 1, 100, 5) },
    { who: "returning", ...ofVisits(1, 2, 0, 45) },
  ],
  // 10 November 2026 is a Tuesday.
  retention: [{ week: "2026-11-09", later: 0, visitors: 2, share: 100 }],
  funnel: [
    { step: 1, name: "/plans", visits: 2, visitors: 2, share: 100, stayed: 100 },
    { step: 2, name: "chosen:fiber-100", visits: 1, visitors: 1, share: 50, stayed: 50 },
    { step: 3, name: "click:phone", visits: 1, visitors: 1, share: 50, stayed: 100 },
  ],
  paths: [
    { path: "/plans", next: "", views: 2, visitors: 2 },
    { path: "/", next: "", views: 1, visitors: 1 },
    { path: "/", next: "/plans", views: 1, visitors: 1 },
  ],
  consent: [
    // Two agreed and three refused.
    { block: "any", granted: 2, share: 100, withdrawn: 2, refused: 3, rate: 40 },
    { block: "analytics", granted: 2, share: 100, withdrawn: 1, refused: null, rate: null },
    { block: "processing", granted: 2, share: 100, withdrawn: 1, refused: null, rate: null },
    { block: "marketing", granted: 1, share: 50, withdrawn: 1, refused: null, rate: null },
  ],
  refusals: [
    { reason: "no_consent", events: 3, share: 75 },
    { reason: "expired", events: 1, share: 25 },
  ],
  redactions: [
    { field: "url", found: "phone", times: 5 },
    { field: "label", found: "email", times: 2 },
    { field: "url", found: "email", times: 2 },
  ],
  // 15 accepted, 4 refused and 1 dropped are 20.
  intake: [
    { outcome: "accepted", events: 15, share: 75 },
    { outcome: "refused", events: 4, share: 20 },
    { outcome: "dropped", events: 1, share: 5 },
    { outcome: "quarantined", events: 1, share: 5 },
  ],
  bots: [{ browser: "Bot", visitors: 1, events: 1, views: 1 }],
  quality: [
    { type: "click", visitors: 1, events: 1, late: 0, delay: 1, redacted: 0 },
    { type: "service", visitors: 2, events: 3, late: 0, delay: 1, redacted: 0 },
    { type: "time", visitors: 2, events: 3, late: 0, delay: 1, redacted: 0 },
    { type: "view", visitors: 2, events: 4, late: 0, delay: 1, redacted: 0 },
  ],
  // The half hour until 12:10 in Baku.
  live: [{ visitors: 1, views: 1, clicks: 0, services: 0 }],
  "live-pages": [{ path: "/plans", visitors: 1, views: 1 }],
};

export const tenPastNoon = "2026-11-10 08:10:00";
