import type { Batch, RaziEvent } from "../../sdk/protocol.ts";
import { languages } from "./browsers.ts";
import { any, between, often, randomId, upTo } from "./chance.ts";
import type { Visitor } from "./visitor.ts";

const paths = [
  "/",
  "/internet",
  "/internet/fiber-100",
  "/tv",
  "/products/samsung-galaxy-a55",
  "/products/router-ax?page=2",
  "/az/haqq%C4%B1m%C4%B1zda",
  "/blog/2026/11/22/yeni-tarifl%C9%99r",
  "/kampaniyalar/payiz?utm_source=google&utm_medium=cpc&utm_campaign=autumn",
  "/orders/483920175",
  "/contacts",
];
const referrers = [
  "",
  "https://www.google.com/",
  "https://m.facebook.com/",
  "https://yandex.ru/",
  "https://news.example/a/1",
];
const labels = ["header-call", "Səbətə at", "plan-fiber-100", "footer: WhatsApp", "Подключить", "Buy now"];
const services = ["fiber-100", "tv-standart", "mobile-30gb", "mesh-duo"];
const kinds = ["button", "link", "phone", "whatsapp", "email", "outbound", "download"] as const;

/** What the SDK of one visitor sends at once: 1 to 20 events, mostly views and time. */
export function beaconOf(visitor: Visitor, count = 1 + Math.floor(Math.random() ** 2 * 20)): Batch {
  const now = Date.now() + visitor.skew;
  return {
    v: 1,
    site: visitor.site,
    token: visitor.token,
    session: randomId(),
    sent_at: now,
    dropped: 0,
    sdk: "razi/0.1.0",
    events: eventsOf(visitor, now, count),
  };
}

function eventsOf(visitor: Visitor, now: number, count: number): RaziEvent[] {
  let page = randomId();
  let seq = 0;
  return Array.from({ length: count }, (_, i) => {
    const chance = i === 0 ? 0 : Math.random();
    if (i > 0 && chance < 0.35) [page, seq] = [randomId(), 0];
    const base = { page, seq: seq++, at: between(Math.max(visitor.grantedAt, now - 30_000), now) };
    if (chance < 0.35) {
      const ref = often(referrers);
      const url = visitor.origin + often(paths);
      return { type: "view", ...base, url, ...(ref && { ref }), vw: 360 + upTo(1_500), lang: any(languages) };
    }
    if (chance < 0.7) return { type: "time", ...base, ms: upTo(30_000), scroll: upTo(100) };
    if (chance < 0.88) return { type: "click", ...base, kind: often(kinds), label: often(labels) };
    return { type: "service", ...base, key: often(services), action: Math.random() < 0.8 ? "view" : "choose" };
  });
}
