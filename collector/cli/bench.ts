import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openKeys } from "../consent/keys.ts";
import { createTokens } from "../consent/tokens.ts";
import { renderTable } from "./table.ts";

/** `npm run bench`: what proof of consent costs a batch. Medians of several runs; figures are this machine's. */
const runs = 9;

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "razi-bench-"));
  try {
    const tokens = createTokens(await openKeys(dir, { make: true }));
    const now = Date.now();
    const claims = (i: number) => ({
      site: "bench",
      consentId: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
      visitorId: `00000000-0000-4000-9000-${String(i).padStart(12, "0")}`,
      blocks: ["analytics", "processing"],
      policy: "p".repeat(43),
      grantedAt: now,
      expiresAt: now + 86_400_000,
      despiteSignal: false,
    });
    const issued: string[] = [];
    for (let i = 0; i < 1_000; i++) issued.push((await tokens.issueToken(claims(i), now)).token);
    const rows = [
      {
        what: "nothing (reads the token's length)",
        µs: await cost(100_000, (i) => pick(issued, i).length),
      },
      { what: "first check of a token (Ed25519)", µs: await firstCheck(issued, dir, now) },
      {
        what: "check of a known token",
        µs: await cost(100_000, (i) => tokens.checkToken(pick(issued, i), now), issued.length),
      },
    ];
    console.log(
      renderTable(
        ["what", "µs"],
        rows.map(({ what, µs }) => ({ what, µs: µs.toFixed(2) })),
      ),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const pick = (list: readonly string[], i: number): string => list[i % list.length] ?? "";

/** Median time of one call, in µs. The first `warm` calls are awaited and not counted. */
async function cost(calls: number, work: (i: number) => unknown, warm = 1_000): Promise<number> {
  for (let i = 0; i < warm; i++) await work(i);
  return median(
    Array.from({ length: runs }, () => {
      const began = process.hrtime.bigint();
      for (let i = 0; i < calls; i++) work(i);
      return Number(process.hrtime.bigint() - began) / calls / 1_000;
    }),
  );
}

async function firstCheck(issued: readonly string[], dir: string, now: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const fresh = createTokens(await openKeys(dir, { make: false }));
    const began = process.hrtime.bigint();
    for (const token of issued) await fresh.checkToken(token, now);
    times.push(Number(process.hrtime.bigint() - began) / issued.length / 1_000);
  }
  return median(times);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

await main();
