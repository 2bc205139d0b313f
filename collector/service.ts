import { constants, existsSync } from "node:fs";
import { access, mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "./config.ts";
import { loadKeys } from "./consent/keys.ts";
import { consentColumns, consentFormat } from "./consent/record.ts";
import { createTokens } from "./consent/tokens.ts";
import { createCounters, httpTally, shipTally } from "./counters.ts";
import { createApp } from "./http/app.ts";
import { clientFinder } from "./http/client.ts";
import { listen } from "./http/listen.ts";
import { corsFor } from "./http/site.ts";
import { columns, eventFormat } from "./intake/columns.ts";
import { projectRoot } from "./root.ts";
import { readOrMake } from "./secret-file.ts";
import { lockDirectory } from "./spool/lock.ts";
import { openSpool } from "./spool/spool.ts";
import { connect } from "./warehouse/client.ts";
import { startEmbedded } from "./warehouse/embedded.ts";
import { migrate, readMigrations, SchemaMismatch } from "./warehouse/migrate.ts";
import { startShipping } from "./warehouse/ship.ts";

export interface Service {
  /** Where the collector answers. */
  readonly url: string;
  /** Where analysts find ClickHouse. */
  readonly clickhouseUrl: string;
  /** Stops accepting, answers what is in flight, ships what fits into the grace time. What is left stays in the spool. */
  stop(): Promise<void>;
}

const segmentBytes = 64 * 1_048_576;
const graceMs = 5_000;

/**
 * Starts everything that a collector is, and undoes all of it where a part cannot start.
 * @throws Error with one message for the operator
 */
export async function startService(config: Config, log: (line: string) => void): Promise<Service> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    // Last in, first out: what others rest on ends after them.
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    return { ...(await start(config, log, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  config: Config,
  log: (line: string) => void,
  undo: (() => Promise<void>)[],
): Promise<Omit<Service, "stop">> {
  const { dataDir, sites } = config;
  await makeDataDir(dataDir);
  const lock = await lockDirectory(dataDir);
  undo.push(() => lock.release());

  const tokens = createTokens(await loadKeys(join(dataDir, "keys")));
  const adminKey = config.adminKey ?? (await readOrMake(join(dataDir, "admin.key"), 32));
  const counters = createCounters();
  const spool = await openSpool({
    dir: join(dataDir, "spool", "home"),
    collector: await readOrMake(join(dataDir, "collector.id"), 8),
    maxBytes: config.spoolBytes,
    segmentBytes,
    now: Date.now,
  });
  undo.push(() => spool.close());

  const clickhouse = await reachClickHouse(config, log, undo);
  const client = connect(clickhouse);
  undo.push(() => client.close());
  const migrations = readMigrations(join(projectRoot, "sql", "schema"));
  const prepare = () => migrate(client, migrations);
  await prepare().catch((error: Error) => {
    if (error instanceof SchemaMismatch) throw error;
    log(`ClickHouse cannot be used yet (${error.message}); events wait in the spool until it can`);
  });
  const shipping = startShipping({
    spool,
    client,
    targets: new Map([
      [consentFormat, { table: "razi.consents", columns: consentColumns }],
      [eventFormat, { table: "razi.event_log", columns: columns.map(({ name }) => name) }],
    ]),
    prepare,
    tally: shipTally(counters, log),
  });
  undo.push(() => shipping.stop(graceMs));

  const app = createApp({
    sites,
    tokens,
    store: spool,
    tally: httpTally(counters),
    client: clientFinder(config.proxies),
    cors: corsFor(sites),
    now: Date.now,
    scriptPath: join(projectRoot, "sdk", "dist", "razi.js"),
    adminKey,
    notReady: () => (spool.status().available ? undefined : "the spool takes nothing at the moment"),
    onBug: (error) => log(`A bug: ${error.name} ${error.stack?.split("\n").slice(1).join("\n") ?? ""}`),
  });
  const server = await listen(app, config.host, config.port);
  undo.push(() => server.close());
  return { url: server.url, clickhouseUrl: clickhouse.url };
}

async function reachClickHouse(config: Config, log: (line: string) => void, undo: (() => Promise<void>)[]) {
  if ("url" in config.clickhouse) return { url: config.clickhouse.url };
  const embedded = startEmbedded({
    dir: join(config.dataDir, "clickhouse"),
    port: config.clickhouse.embeddedPort,
    entry: join(projectRoot, "dist", "engine.js"),
    log,
  });
  undo.push(() => embedded.stop());
  await embedded.ready();
  return { url: embedded.url, user: embedded.user, password: embedded.password };
}

async function makeDataDir(dir: string): Promise<void> {
  try {
    // Not `recursive` where the parent is there: node tries for ever on a file system that answers ENOENT, as /proc does.
    if (existsSync(dirname(dir))) await mkdir(dir, { mode: 0o700 }).catch(exists);
    else await mkdir(dir, { recursive: true, mode: 0o700 });
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!(await stat(dir)).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
  } catch (cause) {
    throw new Error(`The data directory ${dir} cannot be used (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

function exists(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
