import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config, DestinationConfig } from "./config.ts";
import { startErasing } from "./consent/erasure/loop.ts";
import { openTombstones } from "./consent/erasure/tombstones.ts";
import { openKeys } from "./consent/keys.ts";
import { openRegistry, textFormat, textRow, textsOf } from "./consent/registry.ts";
import { createRevocations, type Revocation } from "./consent/revocations.ts";
import { createRevoking } from "./consent/revoke.ts";
import { subjectStore } from "./consent/subject-store.ts";
import { createTokens } from "./consent/tokens.ts";
import { booked } from "./counted.ts";
import { createCounters, erasingTally, httpTally } from "./counters.ts";
import { loadCountries } from "./countries.ts";
import { keepCounts } from "./counts/keeping.ts";
import { Ledger } from "./counts/ledger.ts";
import { type Destination, openDestination, type Parts, storeFor, whyNotReady } from "./destinations.ts";
import { erasedDisk, exportsIn } from "./erased-disk.ts";
import { endOldExports } from "./exports-age.ts";
import { registerGauges } from "./gauges.ts";
import { type AppNeeds, createApp } from "./http/app.ts";
import { clientFinder } from "./http/client.ts";
import { answerDirectly } from "./http/direct.ts";
import { Door } from "./http/door.ts";
import { createLimiter } from "./http/limiter.ts";
import { listen } from "./http/listen.ts";
import { operatorKeys } from "./http/operator-keys.ts";
import { openReportKeys } from "./http/report-keys.ts";
import { corsFor } from "./http/site.ts";
import { aboutError, type Log } from "./log.ts";
import { type Place, standAlone } from "./place.ts";
import { readLibrary } from "./reports/library.ts";
import { projectRoot } from "./root.ts";
import { keepScripts } from "./scripts.ts";
import { readOrMake } from "./secret-file.ts";
import { startWhole, type Undo } from "./undo.ts";
import { connect } from "./warehouse/client.ts";
import { databaseOn } from "./warehouse/database.ts";
import { followFeed } from "./warehouse/feed.ts";
import { reportRunner } from "./warehouse/report.ts";

export interface Service {
  /** Where the collector answers. */
  readonly url: string;
  /** Where analysts find ClickHouse. */
  readonly clickhouseUrl: string;
  /** Stops accepting, answers what is in flight, ships what fits into the grace time. What is left stays in the spool. */
  stop(): Promise<void>;
}

const keysEveryMs = 5_000;

/**
 * Starts everything that a collector is, and undoes all of it where a part cannot start.
 * @throws Error with one message for the operator
 */
export const startService = (
  config: Config,
  log: Log,
  openPlace: (config: Config, undo: Undo) => Promise<Place> = standAlone,
): Promise<Service> => startWhole((undo) => start(config, log, undo, openPlace));

async function start(
  config: Config,
  log: Log,
  undo: Undo,
  openPlace: (config: Config, undo: Undo) => Promise<Place>,
): Promise<Omit<Service, "stop">> {
  const { dataDir, sites } = config;
  const countryOf = await loadCountries(config.addressPrefix, config.countryDatabase);
  const place = await openPlace(config, undo);

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
  const collector = await readOrMake(join(place.dir, "collector.id"), 8);
  const counters = createCounters();
  const tombstones = await openTombstones(
    join(dataDir, "tombstones.log"),
    await readOrMake(join(config.keysDir ?? join(dataDir, "keys"), "tombstone.key"), 32),
    Date.now,
  );
  const known = createRevocations(tombstones.standing);
  const revocations = await place.openRevocations(known, tokens.forget);

  const ledger = new Ledger();
  const parts: Parts = { config, place, collector, known, counters, ledger, log, undo };
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
  const counting = keepCounts({ ledger, append: home.spool.append, collector, now: Date.now });
  // Twice at the stop: after the last request, so that the sums are among the last inserts; and after those, which may put rows aside.
  const endCounting = async () => {
    await counting.stop();
    await counting.write().catch((error) => log.warn("What was counted last cannot be kept", aboutError(error)));
  };
  undo.push(endCounting);
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

  // As everyone else on this machine reads: without a name the embedded engine takes it for an analyst.
  const reader = connect({ url: home.url, timeoutMs: 30_000 });
  undo.push(() => reader.close());
  const reportKeys = openReportKeys(join(dataDir, "report-keys.json"));
  const reports = {
    library: readLibrary(join(projectRoot, "sql", "reports")),
    run: reportRunner(reader),
    keys: reportKeys,
  };
  const needsOf = (site: string) => sites.get(site)?.policy.needs;
  const aging = await endOldExports(exportsIn(dataDir), Date.now, {
    ended: (exports) => log.info("Exports that nobody had handed over were deleted", { exports }),
    failed: (error) => log.warn("Old exports cannot be deleted", aboutError(error)),
  });
  undo.push(async () => aging.stop());
  const left = await Promise.all(place.left.map((dir) => readOrMake(join(dir, "collector.id"), 8)));
  const erasing = await startErasing({
    keepers: [collector, ...left],
    places: [placeOf(home), ...destinations.slice(1).map(placeOf)],
    policyOf: (site) => sites.get(site)?.policy,
    keys,
    tombstones,
    disk: erasedDisk(destinations, exportsIn(dataDir), needsOf),
    isFresh: feed.isFresh,
    everyMs: config.eraseEveryMs,
    now: Date.now,
    tell: erasingTally(counters, log),
  });
  undo.push(() => erasing.stop());

  const cors = corsFor(sites);
  const inFlight = {
    turnedAway: () => counters.turnedAway.inc(),
    cutOff: () => counters.cutOff.inc(),
  };
  const door = new Door(config.bounds, cors, inFlight, Date.now);
  const built = (name: string) => readFile(join(projectRoot, "sdk", "dist", name));
  const [razi, full] = [await built("razi.js"), await built("razi.full.js")];
  const needs: AppNeeds = {
    sites,
    registry,
    destinations,
    keys,
    tokens,
    store,
    revoke: createRevoking(collector, known, revocations, (error) =>
      log.error("Withdrawals are answered 503: revocations.log cannot be written", aboutError(error)),
    ),
    tally: booked(httpTally(counters, place.metricsWith(counters.registry)), ledger),
    sensitive: place.sensitive,
    client: clientFinder(config.proxies, config.addressPrefix),
    countryOf,
    limiter: createLimiter(config.grantsPerMinute),
    cors,
    reports,
    now: Date.now,
    scripts: { razi, full, former: await keepScripts(join(dataDir, "scripts"), razi, full) },
    banner: await built("banner.js"),
    dashboard: {
      secret: await readOrMake(join(dataDir, "dashboard.key"), 32),
      keyNamed: reportKeys.named,
      script: await readFile(join(projectRoot, "dist", "dashboard", "dashboard.js")),
      style: await readFile(join(projectRoot, "dist", "dashboard", "style.css")),
    },
    adminKey,
    operators: operatorKeys(join(dataDir, "operators.keys")),
    stored: subjectStore(databaseOn(home.client), erasing, (error) =>
      log.warn("What was asked about visitors could not be answered: home does not answer", aboutError(error)),
    ),
    notReady: () => whyNotReady(destinations),
    onBug: (error) => log.error("A bug: a request was answered 500", aboutError(error)),
  };
  const app = createApp(needs);
  undo.push(endCounting);
  const server = await listen(app, config.host, config.port, {
    door,
    direct: answerDirectly(needs, door),
    isShared: config.workers > 1,
    maxConnections: config.bounds.connections,
    onDrop: () => counters.connectionsRefused.inc(),
  });
  undo.push(() => server.close());
  registerGauges(counters.registry, {
    destinations: destinations.map(({ name, status, restarts }) => ({ name, restarts, spool: { status } })),
    feed,
    door,
    erasing,
    connections: server.connections,
  });
  return { url: server.url, clickhouseUrl: home.url };
}

const placeOf = ({ name, needs, client }: Destination) => ({ name, needs, database: databaseOn(client) });
