import { expect, it } from "vitest";
import { booked, bookedShipping } from "../collector/counted.ts";
import { createCounters, httpTally, shipTally } from "../collector/counters.ts";
import { Ledger } from "../collector/counts/ledger.ts";
import { createLog } from "../collector/log.ts";

it("what operators see in metrics goes into the ledger too, without the page's route", async () => {
  const [counters, ledger] = [createCounters(), new Ledger()];
  const tally = booked(
    httpTally(counters, () => counters.registry.metrics()),
    ledger,
  );
  tally.accepted("shop", 3);
  tally.refused("shop", { expired: 2, forged: 1 });
  tally.redacted("shop", [
    { field: "label", route: "/cart", found: { email: 2 } },
    { field: "label", route: "/", found: { email: 1, card: 1 } },
  ]);
  tally.dropped("shop", 4);
  tally.visitorRefused("shop");
  tally.granted("shop");
  expect(ledger.take()).toEqual([
    { site: "shop", name: "accepted", reason: "", times: 3 },
    { site: "shop", name: "refused", reason: "expired", times: 2 },
    { site: "shop", name: "refused", reason: "forged", times: 1 },
    { site: "shop", name: "redacted", reason: "label:email", times: 3 },
    { site: "shop", name: "redacted", reason: "label:card", times: 1 },
    { site: "shop", name: "dropped", reason: "", times: 4 },
    { site: "shop", name: "declined", reason: "", times: 1 },
  ]);
  const text = await tally.render();
  for (const line of ['razi_events_accepted_total{site="shop"} 3', 'razi_refusals_total{site="shop"} 1'])
    expect(text).toContain(line);
});

it("no batch can say that more was dropped than a browser can lose", async () => {
  const [counters, ledger] = [createCounters(), new Ledger()];
  const tally = booked(
    httpTally(counters, () => counters.registry.metrics()),
    ledger,
  );
  tally.dropped("shop", 4_294_967_295);
  expect(await tally.render()).toContain('razi_sdk_dropped_total{site="shop"} 10000');
  expect(ledger.take()).toEqual([{ site: "shop", name: "dropped", reason: "", times: 10_000 }]);
});

it.each([
  ["that a site is configured for", '["a","shop"]\n', "shop"],
  ["of a site that there is not any more", '["a","gone"]\n', ""],
  ["that is no JSON", "shop", ""],
  ["that is something else", '{"site":"shop"}\n', ""],
  ["of one record that has several", '["a","shop"]\n["b","shop"]\n', "shop"],
])("a row that was put aside counts for its site: one %s", async (_, rows, site) => {
  const [counters, ledger] = [createCounters(), new Ledger()];
  const tally = shipTally(counters, "home", createLog("text"));
  const placeOfSite = (format: number) => (format === 1 ? 1 : undefined);
  const count = rows.trimEnd().split("\n").length;
  const shipping = bookedShipping(tally, ledger, "home", new Set(["shop"]), placeOfSite);
  shipping.quarantined([{ format: 1, count, rows: Buffer.from(rows) }]);
  expect(ledger.take()).toEqual([{ site, name: "quarantined", reason: "home", times: count }]);
  shipping.quarantined([{ format: 99, count: 5, rows: Buffer.from(rows) }]);
  expect(ledger.take()).toEqual([{ site: "", name: "quarantined", reason: "home", times: 5 }]);
  const total = (await counters.registry.getSingleMetric("razi_rows_quarantined_total")?.get())?.values[0]?.value;
  expect(total).toBe(count + 5);
});
