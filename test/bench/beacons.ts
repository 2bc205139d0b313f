import type { Batch, RaziEvent } from "../../sdk/protocol.ts";

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const paths = [
  "/",
  "/tv",
  "/internet/fiber-100",
  "/products/samsung-galaxy-a55",
  "/az/haqq%C4%B1m%C4%B1zda",
  "/kampaniyalar/2026/payiz",
  "/blog/2026/11/22/yeni-tarifl%C9%99r",
  "/devices/router-ax",
  "/orders/483920175",
  "/search?q=wifi&page=2",
];
const referrers = [
  "",
  "https://www.google.com/",
  "https://shop.example/",
  "https://m.facebook.com/",
  "https://news.example/a/1",
];
const labels = ["header-call", "Səbətə at", "plan-fiber-100", "footer: WhatsApp", "Подключить", "Buy now"];
const services = ["fiber-100", "tv-standart", "mobile-30gb", "mesh-duo"];
const browsers = [
  "Mozilla/5.0 (Linux; Android 14; SM-A556E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/V.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_V like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/V.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/V.0.0.0 YaBrowser/25.8 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.V Safari/605.1.15",
];

export interface Beacon {
  readonly batch: Batch;
  readonly userAgent: string;
  readonly address: string;
}

/** What browsers send: mostly views and time, some clicks and services; a site's few hundred user agents and many addresses. */
export function ordinaryBeacon(random: () => number, at: number, events = 10): Beacon {
  const of = <T>(list: readonly T[]): T => list[Math.floor(random() ** 2 * list.length)] as T;
  const page = () =>
    Math.floor(random() * 2 ** 50)
      .toString(36)
      .padStart(10, "0");
  let view = page();
  let seq = 0;
  const one = (i: number): RaziEvent => {
    const kind = i === 0 ? 0 : random();
    const base = () => ({ page: view, seq: seq++, at: at - Math.floor(random() * 10_000) });
    if (kind < 0.4) {
      [view, seq] = [page(), 0];
      const ref = of(referrers);
      return {
        type: "view",
        ...base(),
        url: `https://shop.example${of(paths)}`,
        ...(ref && { ref }),
        vw: 360 + Math.floor(random() * 1_500),
        lang: "az",
      };
    }
    if (kind < 0.7)
      return { type: "time", ...base(), ms: Math.floor(random() * 30_000), scroll: Math.floor(random() * 101) };
    if (kind < 0.85) return { type: "click", ...base(), kind: "button", label: of(labels) };
    return { type: "service", ...base(), key: of(services), action: "view" };
  };
  return {
    batch: {
      v: 1,
      site: "shop",
      session: page(),
      sent_at: at,
      sdk: "razi/0.1.0",
      events: Array.from({ length: events }, (_, i) => one(i)),
    },
    userAgent: of(browsers).replace("V", String(100 + Math.floor(random() * 40))),
    address: `85.132.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`,
  };
}

const fragments = [
  "ayten@example.com",
  "%40",
  "%2540",
  "&#64;",
  "&commat;",
  "+994 50 555 01 23",
  "4242 4242 4242 4242",
  "AZ21NABZ00000000137010001944",
  "eyJhbGciOiJI.eyJzdWIi.sig",
  "\u200b",
  "\u202e",
  "\ud800",
  "\u0000",
  "ﬁ",
  "٠٥٠",
  "１２３",
  "%",
  "%%%",
  "&",
  "&&&&",
  "/",
  "//",
  "..",
  ";a=b",
  "\\",
  "\t",
  "\n",
  "(",
  "+",
  "-",
  " ",
  "0",
  "1",
  "a",
  "A",
  "ə",
  "ı",
  "İ",
  "ж",
  "😀",
  "e\u0301",
  "[",
  "]",
  "{",
  '"',
  "'",
  "<script>",
  "${",
  "\u2028",
  "fin: 1a2b3c4",
  "a.b.c",
  "@",
  "@@",
  "xn--",
  ":",
  "?",
  "#",
  "=",
] as const;

/** What an attacker sends who knows the filter: pieces of what it looks for, repeated, nested and broken, up to the bounds of the protocol. */
export function hostileText(random: () => number, longest: number): string {
  const of = () => fragments[Math.floor(random() * fragments.length)] as string;
  const style = random();
  let text = "";
  const length = Math.floor(random() ** 3 * longest) + (style < 0.1 ? longest : 0);
  if (style < 0.4) text = of().repeat(Math.ceil(length / 2));
  else if (style < 0.6) {
    const [a, b] = [of(), of()];
    text = (a + b).repeat(Math.ceil(length / 4));
  } else
    while (text.length < length) text += random() < 0.5 ? of() : String.fromCharCode(Math.floor(random() * 65_536));
  if (style > 0.9) text = encodeURIComponent(text.toWellFormed());
  return text.slice(0, longest);
}

/** One event with hostile text wherever the protocol allows text. */
export function hostileBeacon(random: () => number, at: number): Beacon {
  const text = (longest: number) => hostileText(random, longest);
  const base = { page: "hostilepage1", seq: Math.floor(random() * 65_536), at };
  const url = random() < 0.8 ? `https://shop.example/${text(2_000)}`.slice(0, 2_048) : text(2_048);
  const kind = random();
  const event: RaziEvent =
    kind < 0.6
      ? {
          type: "view",
          ...base,
          url,
          ref: random() < 0.5 ? url : text(2_048),
          title: text(200),
          route: `/${text(199)}`,
          lang: text(35),
          vw: 400,
        }
      : kind < 0.8
        ? { type: "click", ...base, kind: "button", label: text(200) }
        : { type: "service", ...base, key: text(200), action: "view" };
  return {
    batch: { v: 1, site: "shop", session: "hostilesession", sent_at: at, events: [event] },
    userAgent: random() < 0.5 ? text(1_000) : `Mozilla/5.0 (${text(300)}) Chrome/${text(10)}`,
    address: random() < 0.5 ? text(60) : `2a02:${Math.floor(random() * 65_536).toString(16)}::${text(8)}`,
  };
}
