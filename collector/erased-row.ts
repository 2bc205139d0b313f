import { columns } from "./intake/columns.ts";

/** What an erasure has to know of a row that waits on the disk, as `columns` lay it out. */

type Row = unknown[];
const placeOf = (column: string): number => columns.findIndex(({ name }) => name === column);
const campaign = ["utm_source", "utm_medium", "utm_campaign"].map(placeOf);
const [at, channel, referrer] = [placeOf("at"), placeOf("channel"), placeOf("referrer")];

const read = (row: Uint8Array): Row => JSON.parse(Buffer.from(row).toString("utf8")) as Row;

/** When it happened, ms since 1970. */
export const atOf = (row: Uint8Array): number => Number(read(row)[at]);

/** The same row as if it had come without a campaign, as `erasure/statements.ts` says it in SQL; `undefined` where it has none. */
export function withoutCampaign(row: Uint8Array): Uint8Array | undefined {
  const values = read(row);
  if (values[channel] !== "campaign" && campaign.every((place) => values[place] === "")) return undefined;
  for (const place of campaign) values[place] = "";
  if (values[channel] === "campaign") values[channel] = cameFrom(String(values[referrer]));
  return Buffer.from(JSON.stringify(values));
}

const cameFrom = (host: string): string => (host === "" ? "direct" : host.startsWith("/") ? "internal" : "referral");
