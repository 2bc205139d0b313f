import type { Ledger } from "./counts/ledger.ts";
import type { Tally } from "./http/ports.ts";
import type { ShipTally } from "./warehouse/ship.ts";

/** What a browser can have lost since its last batch; who says more makes it up, and would drown a report and an alert in one request. */
const mostDropped = 10_000;

/** Counts for operators, and into the ledger what becomes a report. */
export function booked(tally: Tally, ledger: Ledger): Tally {
  return {
    ...tally,
    accepted(site, events) {
      tally.accepted(site, events);
      ledger.add(site, "accepted", "", events);
    },
    refused(site, refused) {
      tally.refused(site, refused);
      for (const [reason, events] of Object.entries(refused)) ledger.add(site, "refused", reason, events);
    },
    redacted(site, redacted) {
      tally.redacted(site, redacted);
      for (const { field, found } of redacted)
        for (const [kind, times] of Object.entries(found)) ledger.add(site, "redacted", `${field}:${kind}`, times);
    },
    dropped(site, said) {
      const events = Math.min(said, mostDropped);
      tally.dropped(site, events);
      ledger.add(site, "dropped", "", events);
    },
    visitorRefused(site) {
      tally.visitorRefused(site);
      ledger.add(site, "declined", "", 1);
    },
  };
}

/** The same for what is shipped. `placeOfSite` is where the rows of a format have their site. */
export function bookedShipping(
  tally: ShipTally,
  ledger: Ledger,
  destination: string,
  sites: { has(id: string): boolean },
  placeOfSite: (format: number) => number | undefined,
): ShipTally {
  return {
    ...tally,
    quarantined(refused) {
      tally.quarantined(refused);
      for (const { format, count, rows } of refused) {
        const site = textAt(rows, placeOfSite(format) ?? -1);
        ledger.add(sites.has(site) ? site : "", "quarantined", destination, count);
      }
    },
  };
}

/** What the first of some rows has in a place: all that one request brought are of one site. */
function textAt(rows: Uint8Array, place: number): string {
  try {
    const [line = ""] = Buffer.from(rows).toString("utf8").split("\n", 1);
    return String((JSON.parse(line) as unknown[])[place] ?? "");
  } catch {
    return "";
  }
}
