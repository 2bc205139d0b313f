import { classify } from "../../../collector/intake/privacy/agent.ts";
import { readReferrer } from "../../../collector/intake/privacy/referrer.ts";
import { readPage } from "../../../collector/intake/privacy/url.ts";
import { someRules } from "../../build/site.ts";

/** Microseconds that one page view spends in the filter of addresses and agents: `npx tsx test/intake/privacy/bench.ts`. */
const origin = "https://shop.example";
const plain = someRules();
const ruled = someRules({
  query: ["tab"],
  routes: ["/devices/:device", "/help/*"],
  sensitive: ["/account/*", "/health/:topic"],
});
const userAgent =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const brands = '"Chromium";v="141", "Google Chrome";v="141", "Not?A_Brand";v="8"';
let unseen = 0;

const works: Record<string, () => unknown> = {
  "new URL, to compare": () => new URL(`${origin}/internet/fiber-plans`),
  "page /": () => readPage(`${origin}/`, plain.urls, {}),
  "page of words": () => readPage(`${origin}/internet/fiber-plans`, plain.urls, {}),
  "page of words, with rules": () => readPage(`${origin}/internet/fiber-plans?tab=hd`, ruled.urls, {}),
  "page of a template": () => readPage(`${origin}/devices/router-ax3000`, ruled.urls, {}),
  "page with a campaign": () => readPage(`${origin}/tv/tv55?utm_source=google&utm_medium=cpc`, ruled.urls, {}),
  "page with identifiers": () => readPage(`${origin}/orders/78451233/items/2`, plain.urls, {}),
  "page in Azerbaijani": () => readPage(`${origin}/xidm%C9%99tl%C9%99r/f%C9%99rdi-internet`, plain.urls, {}),
  "referrer, a search": () => readReferrer("https://www.google.com/", ruled, {}),
  "referrer, another site": () => readReferrer("https://news.some-site.example.com/a/b", ruled, {}),
  "referrer, the site itself": () => readReferrer(`${origin}/internet/fiber-plans`, ruled, {}),
  "agent, seen before": () => classify({ userAgent }),
  "agent with hints, seen before": () => classify({ userAgent, brands, mobile: "?0", platform: '"Windows"' }),
  "agent, new": () => classify({ userAgent: userAgent.replace("Chrome", `Chrome/${unseen++}`) }),
};

for (const [name, work] of Object.entries(works)) {
  const times = Array.from({ length: 9 }, () => timeOf(work, name === "agent, new" ? 3_000 : 50_000));
  console.log(`${name.padEnd(32)}${times.toSorted((a, b) => a - b)[4]?.toFixed(2)} µs`);
}

function timeOf(work: () => unknown, times: number): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < times; i++) work();
  return Number(process.hrtime.bigint() - start) / times / 1_000;
}
