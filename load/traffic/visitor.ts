import http from "k6/http";
import { Counter } from "k6/metrics";
import { userAgent } from "./browsers.ts";
import { any } from "./chance.ts";
import { sites, url } from "./target.ts";

/** Somebody who has agreed: what a browser holds after that. */
export interface Visitor {
  readonly site: string;
  readonly origin: string;
  readonly userAgent: string;
  readonly token: string;
  readonly receipt: string;
  readonly consentId: string;
  /** By the server's clock, ms. */
  readonly grantedAt: number;
  /** The server's clock minus this one's, ms. */
  readonly skew: number;
}

const granted = new Counter("razi_granted");
const texts = new Map<string, string>();

/** Asks for the notice of a site and agrees to it, as a page does. @throws Error when the collector does not take it */
export function agree(site = any(sites)): Visitor {
  const agent = userAgent();
  const body = {
    site: site.id,
    notice: noticeOf(site.id),
    lang: "en",
    blocks: { analytics: true, processing: true, marketing: Math.random() < 0.3 },
    source: { ui: "load", action: "save" },
  };
  const answer = http.post(`${url}/v1/consent`, JSON.stringify(body), {
    headers: { origin: site.origin, "user-agent": agent, "content-type": "text/plain" },
    tags: { name: "consent" },
  });
  if (answer.status !== 201) throw new Error(`a consent was answered ${answer.status}: ${answer.body}`);
  granted.add(1);
  const given = answer.json() as Record<string, never>;
  return {
    site: site.id,
    origin: site.origin,
    userAgent: agent,
    token: given.token ?? "",
    receipt: given.receipt ?? "",
    consentId: given.consent_id ?? "",
    grantedAt: Number(given.granted_at),
    skew: Number(given.now) - Date.now(),
  };
}

function noticeOf(site: string): string {
  const known = texts.get(site);
  if (known !== undefined) return known;
  const answer = http.get(`${url}/v1/notice?site=${site}&lang=en`, { tags: { name: "notice" } });
  const { hash } = answer.json() as { hash: string };
  texts.set(site, hash);
  return hash;
}

/** So many visitors, before the clock of a scenario starts. */
export function setup(): { visitors: Visitor[] } {
  const count = Number(__ENV.RAZI_VISITORS ?? 200);
  return { visitors: Array.from({ length: count }, (_, i) => agree(sites[i % sites.length])) };
}
