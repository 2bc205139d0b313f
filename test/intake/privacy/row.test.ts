import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCounters, httpTally } from "../../../collector/counters.ts";
import { columns } from "../../../collector/intake/columns.ts";
import { redactionKinds } from "../../../collector/intake/privacy/redactions.ts";
import { type BatchAnswer, limits, type RaziEvent, refusals } from "../../../sdk/protocol.ts";
import { anApp } from "../../build/app.ts";
import { aBatch, aClick, aServiceEvent, aView } from "../../build/batch.ts";
import { encodings, leak, personal, positions } from "../../build/personal.ts";
import { aSite, someRules } from "../../build/site.ts";

const rules = someRules({ query: ["tab"], routes: ["/products/:sku", "/tv"], titles: true });
const site = aSite({ rules });
const counters = createCounters();
const app = anApp({
  sites: [{ ...site, rules: { ...rules, policyHash: site.policy.hash } }],
  tally: httpTally(counters, () => counters.registry.metrics()),
});
const token = await app.aToken({ blocks: ["analytics", "processing", "marketing"] });
const shop = "https://shop.example";

/** Always the same values, unless asked for others: what one finds is mended, and stays. */
const seed = Number(process.env.RAZI_SEED ?? 2026);
const runs = Number(process.env.RAZI_RUNS ?? 400);

/** Every place of an event that takes text. */
const fields: Record<string, (value: string) => RaziEvent> = {
  "a segment of the path": (value) => aView({ url: `${shop}/tv/${value}/x` }),
  "a parameter of a template": (value) => aView({ url: `${shop}/products/${value}` }),
  "an allowed query value": (value) => aView({ url: `${shop}/tv?tab=${value}` }),
  "another query value": (value) => aView({ url: `${shop}/tv?name=${value}` }),
  "a query key": (value) => aView({ url: `${shop}/tv?${value}=1` }),
  "the fragment": (value) => aView({ url: `${shop}/tv#${value}` }),
  "the user of an address": (value) =>
    aView({ url: `https://${encodeURIComponent(value.toWellFormed())}@shop.example/tv` }),
  "a campaign": (value) => aView({ url: `${shop}/tv?utm_source=${value}&utm_medium=${value}&utm_campaign=${value}` }),
  "the path of a referrer": (value) => aView({ url: `${shop}/tv`, ref: `https://news.example/${value}?q=${value}` }),
  "the path of the site's own referrer": (value) => aView({ url: `${shop}/tv`, ref: `${shop}/tv/${value}` }),
  "the title": (value) => aView({ title: value }),
  "the route": (value) => aView({ url: `${shop}/tv/${value}`, route: `/tv/${value}` }),
  "the language": (value) => aView({ lang: value }),
  "a label": (value) => aClick({ label: value }),
  "a service": (value) => aServiceEvent({ key: value }),
};

/** The row as the spool has it, its texts by column; `undefined` where the event was refused. */
async function rowOf(event: RaziEvent, headers: Record<string, string> = {}) {
  app.appended.length = 0;
  const answer = await app.post("/v1/events", aBatch({ token, events: [event] }), headers);
  const body = await answer.text();
  const record = app.appended[0];
  const values: unknown[] = record === undefined ? [] : JSON.parse(Buffer.from(record.rows).toString());
  return {
    status: answer.status,
    body,
    texts: columns.flatMap(({ name }, i) => (typeof values[i] === "string" ? [[name, values[i]] as const] : [])),
  };
}

const ordinary = new Map<string, Awaited<ReturnType<typeof rowOf>>["texts"]>();
for (const [name, make] of Object.entries(fields)) ordinary.set(name, (await rowOf(make("x"))).texts);

const isWithinBounds = (event: RaziEvent) =>
  Object.entries(event).every(([key, value]) => {
    if (typeof value !== "string") return true;
    return (
      value.length <= (key === "url" || key === "ref" ? limits.urlLength : key === "lang" ? 35 : limits.textLength)
    );
  });

describe("CN-1.7.1, CN-2.6, CN-3.1e: nothing that identifies is in a row, wherever it stood and however it was written", () => {
  it.each(Object.entries(fields))("in %s", async (name, make) => {
    let kept = 0;
    const kinds = fc.constantFrom(...personal).chain(({ value }) => value);
    const ways = fc.tuple(fc.constantFrom(...Object.values(encodings)), fc.constantFrom(...Object.values(positions)));
    await fc.assert(
      fc.asyncProperty(kinds, ways, async ({ text, identifying }, [encode, place]) => {
        const event = make(place(encode(text)));
        fc.pre(isWithinBounds(event));
        const { status, body, texts } = await rowOf(event);
        expect(status).toBe(202);
        const { accepted, refused } = JSON.parse(body) as BatchAnswer;
        expect(Object.keys({ accepted, refused, ...refused }).filter((key) => !closed.has(key))).toEqual([]);
        kept += texts.length > 0 ? 1 : 0;
        for (const [column, whole] of texts) {
          // What the address has of its own, so that a piece is not made of both.
          const value = whole.replace(/^\/(?:tv\?tab=|tv\/|products\/)/, "");
          const usual = ordinary.get(name)?.find(([other]) => other === column)?.[1];
          if (whole !== usual) expect(leak(value, identifying), `${column}: ${value} of ${text}`).toBeUndefined();
        }
      }),
      { numRuns: runs, seed },
    );
    expect(kept).toBeGreaterThan(runs / 2);
  });

  const closed = new Set<string>(["accepted", "refused", ...refusals]);
});

it("CN-1.7.2: headers that say who somebody is leave nothing in a row", async () => {
  const usual = new Map((await rowOf(aView())).texts);
  const value = fc.constantFrom(...personal).chain(({ value }) => value);
  await fc.assert(
    fc.asyncProperty(value, async ({ text, identifying }) => {
      const said = encodeURIComponent(text.toWellFormed());
      const { texts } = await rowOf(aView(), {
        "user-agent": `Mozilla/5.0 (X11; ${said}) Chrome/141.0.0.0 ${said}/1.2`,
        "sec-ch-ua": `"${said}";v="1"`,
        "sec-ch-ua-platform": `"${said}"`,
        cookie: said,
        referer: `${shop}/${said}`,
        "accept-language": said,
      });
      for (const [column, value] of texts)
        if (value !== usual.get(column)) expect(leak(value, identifying), column).toBeUndefined();
    }),
    { numRuns: runs / 2, seed },
  );
});

it("after all of this the metrics have closed labels only, redactions counted among them, and no bug was logged", async () => {
  const text = await counters.registry.metrics();
  const labels = [...text.matchAll(/^razi_\w+\{(.*)\} \S+$/gm)].flatMap(
    ([, all = ""]) => all.match(/\w+="[^"]*"/g) ?? [],
  );
  const allowed = new Set([
    'site="shop"',
    ...refusals.map((reason) => `reason="${reason}"`),
    ...["url", "title", "label", "service"].map((field) => `field="${field}"`),
    ...redactionKinds.map((kind) => `kind="${kind}"`),
    ...["", "/products/:sku", "/tv"].map((route) => `route="${route}"`),
  ]);
  expect(labels.filter((label) => !allowed.has(label))).toEqual([]);
  for (const kind of redactionKinds) expect(labels).toContain(`kind="${kind}"`);
  expect(app.bugs).toEqual([]);
});
