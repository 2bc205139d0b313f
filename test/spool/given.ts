import type { SpoolFiles } from "../../collector/spool/files.ts";
import {
  type Extent,
  openSpool,
  type Spool,
  type SpoolOptions,
  type SpoolRecord,
} from "../../collector/spool/spool.ts";

export const DIR = "/spool";
export const EVERYTHING = { maxBytes: 1e9, maxRows: 1e9 };

export function given(files: SpoolFiles, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  return openSpool({
    ...{ dir: DIR, collector: "c1", maxBytes: 1e9, segmentBytes: 1e6, now: () => 1_795_323_782_521 },
    ...{ files, ...options },
  });
}

/** A record of one row that says its name. */
export function record(name: string): SpoolRecord {
  return { consent: `consent-of-${name}`, format: 3, count: 1, rows: Buffer.from(`["${name}"]\n`) };
}

export async function appendAll(spool: Spool, ...names: string[]): Promise<void> {
  await Promise.all(names.map((name) => spool.append(record(name))));
}

/** The names that an extent delivers. */
export async function names(extent: Extent | undefined): Promise<string[]> {
  const records = (await extent?.records()) ?? [];
  return records.map(({ rows }) => Buffer.from(rows).toString().slice(2, -3));
}

/** Ships everything, one extent after the other. */
export async function drain(spool: Spool): Promise<string[]> {
  const all: string[] = [];
  for (let extent = await spool.next(EVERYTHING); extent; extent = await spool.next(EVERYTHING)) {
    all.push(...(await names(extent)));
    await spool.acknowledge(extent);
  }
  return all;
}
