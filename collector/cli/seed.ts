import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { projectRoot } from "../root.ts";
import { fill, type Progress } from "../seed/fill.ts";
import { demo, manySites } from "../seed/sites.ts";
import { type Access, connect } from "../warehouse/client.ts";
import { closeDays } from "../warehouse/closing.ts";
import { startEmbedded } from "../warehouse/embedded.ts";
import { migrate, readMigrations } from "../warehouse/migrate.ts";

const usage = `Usage: npm run seed -- --demo
       npm run seed -- --rows N --days D [--seed S] [--site <id> …]

  Fills ClickHouse with events of made-up visitors, to try reports on: RAZI_CLICKHOUSE_URL, or the embedded one of a collector
  that is stopped. Cut off, it goes on where it was; run again, it adds nothing. Never into a database that counts real visitors.

  --demo      90 days of the demo site up to now
  --rows N    about so many events; default 1000000
  --days D    up to now; default 30, at most 390
  --seed S    another one makes other visitors; default 1
  --site id   only these of ${manySites.map(({ id }) => id).join(", ")}
  --data dir  default RAZI_DATA, else ./data`;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      demo: { type: "boolean", default: false },
      rows: { type: "string" },
      days: { type: "string" },
      seed: { type: "string", default: "1" },
      site: { type: "string", multiple: true },
      data: { type: "string", default: process.env.RAZI_DATA || "data" },
      help: { type: "boolean", default: false },
    },
  });
  const rows = Number(values.rows ?? (values.demo ? 250_000 : 1_000_000));
  const days = Number(values.days ?? (values.demo ? 90 : 30));
  const sites = values.demo ? [demo] : manySites.filter(({ id }) => values.site?.includes(id) ?? true);
  const isWrong = !(rows >= 1) || !(Number.isInteger(days) && days >= 1 && days <= 390) || sites.length === 0;
  if (values.help || isWrong) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const wish = { rows, days, sites, seed: values.seed, now: Date.now() };
  const reached = await reach(resolve(values.data));
  const client = connect({ ...reached, timeoutMs: 3_600_000 });
  try {
    await migrate(client, readMigrations(join(projectRoot, "sql", "schema")));
    const there = await fill(client, join(projectRoot, "sql", "seed"), wish, draw);
    // As a collector does by and by.
    await closeDays(client, join(projectRoot, "sql", "closing"), Date.now);
    console.log(`\n${there} events of ${sites.map(({ id }) => id).join(", ")}. npm start, then npm run report`);
    return 0;
  } finally {
    await client.close();
    await reached.stop();
  }
}

async function reach(data: string): Promise<Access & { stop(): Promise<void> }> {
  const url = process.env.RAZI_CLICKHOUSE_URL;
  if (url !== undefined) return { url, stop: async () => {} };
  const embedded = startEmbedded({
    dir: join(data, "clickhouse"),
    port: 0,
    entry: join(projectRoot, "dist", "engine.js"),
    log: (event) => console.error(event),
  });
  await embedded.ready();
  const { user, password } = embedded;
  return { url: embedded.url, user, password, stop: () => embedded.stop() };
}

const width = 40;

/** One line that grows in a terminal; in a file, a line each time. */
function draw({ done, of, rows }: Progress): void {
  const filled = Math.floor((width * done) / of);
  const bar = `${"█".repeat(filled)}${"░".repeat(width - filled)} ${rows} events`;
  process.stderr.write(process.stderr.isTTY ? `\r${bar}` : `${bar}\n`);
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  return 1;
});
