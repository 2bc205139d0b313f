import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderTable } from "../../collector/cli/table.ts";
import { openKeys } from "../../collector/consent/keys.ts";
import { createTokens } from "../../collector/consent/tokens.ts";
import { cost, costOfEach, pick } from "./measure.ts";

/** What proof of consent costs a batch. */
export async function benchConsent(): Promise<string> {
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
    const first = await costOfEach(
      9,
      async () => {
        const fresh = createTokens(await openKeys(dir, { make: false }));
        return async () => {
          for (const token of issued) await fresh.checkToken(token, now);
        };
      },
      issued.length,
    );
    const rows = [
      { what: "nothing (reads the token's length)", µs: await cost(100_000, (i) => pick(issued, i).length) },
      { what: "first check of a token (Ed25519)", µs: first },
      {
        what: "check of a known token",
        µs: await cost(100_000, (i) => tokens.checkToken(pick(issued, i), now), issued.length),
      },
    ];
    return renderTable(
      ["what", "µs"],
      rows.map(({ what, µs }) => ({ what, µs: µs.toFixed(2) })),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
