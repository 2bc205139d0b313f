import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import type { Config, DestinationConfig } from "./config.ts";
import { openKeys } from "./consent/keys.ts";
import { openRegistry, textFormat, textRow, textsOf } from "./consent/registry.ts";
import { openRevocationLog } from "./consent/revocation-log.ts";
import { createRevocations, type Revocation } from "./consent/revocations.ts";
import { createRevoking } from "./consent/revoke.ts";
import { createTokens } from "./consent/tokens.ts";
import { createCounters, httpTally } from "./counters.ts";
import { loadCountries } from "./countries.ts";
import { makeDataDir } from "./data-dir.ts";
import { type Destination, openDestination, type Parts, storeFor } from "./destinations.ts";
import { registerGauges } from "./gauges.ts";
import { createApp } from "./http/app.ts";
import { clientFinder } from "./http/client.ts";
import { Door } from "./http/door.ts";
import { createLimiter } from "./http/limiter.ts";
import { listen } from "./http/listen.ts";
import { corsFor } from "./http/site.ts";
import type { SensitivePages } from "./intake/privacy.ts";
import { aboutError, type Log } from "./log.ts";
import { projectRoot } from "./root.ts";
import { keepScripts } from "./scripts.ts";
import { readOrMake } from "./secret-file.ts";
import { lockDirectory } from "./spool/lock.ts";
import { followFeed } from "./warehouse/feed.ts";

export interface Service {
  /** Where the collector answers. */
  readonly url: string;
  /** Where analysts find ClickHouse. */
  readonly clickhouseUrl: string;
  /** Stops accepting, answers what is in flight, ships what fits into the grace time. What is left stays in the spool. */
  stop(): Promise<void>;
}

type Undo = (() => Promise<void>)[];

const keysEveryMs = 5_000;

/**
 * Starts everything that a collector is, and undoes all of it where a part cannot start.
 * @throws Error with one message for the operator
 */
export async function startService(config: Config, log: Log): Promise<Service> {
  const undo: Undo = [];
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

async function start(config: Config, log: Log, undo: Undo): Promise<Omit<Service, "stop">> {
  const { dataDir, sites } = config;
  const countryOf = await loadCountries(config.addressPrefix, config.countryDatabase);
  await makeDataDir(dataDir);
  const lock = await lockDirectory(dataDir);
  undo.push(() => lock.release());

  const keys = await openKeys(config.keysDir ?? join(dataDir, "keys"), { make: config.keysDir === undefined });
  const refreshing = setInterval(
    () =>
      keys
        .refresh()
        .catch((error) => log.error("The keys cannot be read; those that are known stay in use", aboutError(error))),
    keysEveryMs,
  );
  undo.push(async () => clearInterval(refreshing));

  const tokens = createTokens(keys);
  const adminKey = config.adminKey ?? (await readOrMake(join(dataDir, "admin.key"), 32));
  const collector = await readOrMake(join(dataDir, "collector.id"), 8);
  const counters = createCounters();
  const known = createRevocations();
  const revocations = await openRevocationLog(join(dataDir, "revocations.log"), known, Date.now());
  undo.push(() => revocations.close());

  const parts: Parts = { config, collector, known, counters, log, undo };
  const home = await openDestination(config.destinations[0] as DestinationConfig, parts);
  const feed = followFeed({
    client: home.client,
    cursors: known.cursors,
    async keep(rows) {
      await revocations.append(
        rows.map(({ consent_id: consentId, ...row }) => ({
          ...row,
          consentId,
          event: row.event as Revocation["event"],
        })),
      );
      tokens.forget(new Set(rows.map(({ consent_id }) => consent_id)));
    },
    now: Date.now,
  });
  undo.push(() => feed.stop());
  home.ship(feed);
  const destinations: Destination[] = [home];
  for (const further of config.destinations.slice(1)) {
    const destination = await openDestination(further, parts);
    destination.ship(feed);
    destinations.push(destination);
  }
  const store = storeFor(destinations);

  const registry = await openRegistry(join(dataDir, "texts"));
  for (const { id, policy } of sites.values()) {
    for (const text of textsOf(id, policy).filter(({ hash }) => registry.find(hash) === undefined)) {
      const rows = Buffer.from(textRow(text, Date.now()));
      // First on its way to ClickHouse: one that is kept here is not sent again.
      await store.append({ consent: "", format: textFormat, count: 1, rows }, []);
      await registry.keep([text]);
    }
  }

  const cors = corsFor(sites);
  const inFlight = {
    turnedAway: () => counters.turnedAway.inc(),
    cutOff: () => counters.cutOff.inc(),
  };
  const door = new Door(config.bounds, cors, inFlight, Date.now);
  const app = createApp({
    sites,
    registry,
    destinations,
    keys,
    tokens,
    store,
    revoke: createRevoking(collector, known, revocations),
    tally: httpTally(counters),
    sensitive: rememberSensitive(),
    client: clientFinder(config.proxies, config.addressPrefix),
    countryOf,
    limiter: createLimiter(config.grantsPerMinute),
    cors,
    now: Date.now,
    scripts: await keepScripts(join(dataDir, "scripts"), await readFile(join(projectRoot, "sdk", "dist", "razi.js"))),
    banner: await readFile(join(projectRoot, "sdk", "dist", "banner.js")),
    adminKey,
    notReady: () =>
      destinations.every(({ spool }) => spool.status().available) ? undefined : "a spool takes nothing at the moment",
    onBug: (error) => log.error("A bug: a request was answered 500", aboutError(error)),
  });
  const server = await listen(app, config.host, config.port, {
    door,
    maxConnections: config.bounds.connections,
    onDrop: () => counters.connectionsRefused.inc(),
  });
  undo.push(() => server.close());
  registerGauges(counters.registry, { destinations, feed, door, connections: server.connections });
  return { url: server.url, clickhouseUrl: home.url };
}

const sensitiveMax = 50_000;
const sensitiveMs = 86_400_000;

/** By this collector, and for a day: the rest of what happens on such a page usually comes to the one that saw its view. */
function rememberSensitive(): SensitivePages {
  const pages = new LRUCache<string, true>({ max: sensitiveMax, ttl: sensitiveMs });
  return { has: (page) => pages.has(page), add: (page) => void pages.set(page, true) };
}
