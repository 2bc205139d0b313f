import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";

/** A question of `sql/audit` whose right answer is no rows. */
export interface Finding {
  readonly name: string;
  readonly question: string;
  /** The first rows that should not be there. They name events by consent and page, never by visitor. */
  readonly rows: readonly Record<string, unknown>[];
}

const shown = 20;

/** Asks all of them of one destination. `needs` are the blocks without which nothing of a visitor goes there. */
export async function audit(client: ClickHouseClient, dir: string, needs: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of readdirSync(dir)
    .filter((name) => name.endsWith(".sql"))
    .sort()) {
    const query = readFileSync(join(dir, file), "utf8");
    const question = query
      .split("\n")
      .filter((line) => line.startsWith("-- "))
      .map((line) => line.slice(3))
      .join(" ");
    const result = await client.query({
      query,
      query_params: { limit: shown, needs: [...needs] },
      format: "JSONEachRow",
    });
    findings.push({ name: file.slice(0, -4), question, rows: await result.json() });
  }
  if (findings.length === 0) throw new Error(`${dir} holds no audit`);
  return findings;
}
