import { join } from "node:path";
import { projectRoot } from "../root.ts";
import { audit } from "../warehouse/audit.ts";
import { connect } from "../warehouse/client.ts";
import { renderTable } from "./table.ts";

/** `npm run audit [-- <block> …]`: whether each row of a ClickHouse is covered by a consent. The blocks are those that the destination needs. */
async function main(needs: string[]): Promise<number> {
  const url = process.env.RAZI_CLICKHOUSE_URL ?? `http://127.0.0.1:${process.env.RAZI_CLICKHOUSE_PORT ?? 8123}`;
  const client = connect({ url });
  try {
    const findings = await audit(client, join(projectRoot, "sql", "audit"), needs);
    for (const { name, question, rows } of findings) {
      console.log(`${rows.length === 0 ? "ok  " : "BAD "} ${name}: ${question}`);
      if (rows.length > 0) console.log(renderTable(Object.keys(rows[0] ?? {}), rows));
    }
    return findings.every(({ rows }) => rows.length === 0) ? 0 : 1;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    console.error(
      code === "ECONNREFUSED" ? "ClickHouse does not answer: is the collector running (npm start)?" : message,
    );
    return 2;
  } finally {
    await client.close();
  }
}

process.exitCode = await main(process.argv.slice(2));
