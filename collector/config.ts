import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { fileSchema, holidaysOf, siteOf } from "./config-file.ts";
import type { TrustedProxies } from "./http/client.ts";
import type { Sites } from "./http/site.ts";
import type { KeptBits } from "./intake/privacy/address.ts";
import type { Access } from "./warehouse/client.ts";

/** Everything that is configured, read once at the start and checked whole. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Collector processes on this machine, behind the one port. */
  readonly workers: number;
  /** The configuration file, as it was read. */
  readonly text: string;
  /** The operator's key; without one it is made in the data directory. */
  readonly adminKey: string | undefined;
  /** Where the demo site listens; `undefined` with a configuration of one's own. */
  readonly demoPort: number | undefined;
  /** Directory of the keys that sign and verify; `undefined` for one in the data directory. */
  readonly keysDir: string | undefined;
  readonly destinations: readonly DestinationConfig[];
  /** Consents that one address may give in a minute. */
  readonly grantsPerMinute: number;
  readonly proxies: TrustedProxies;
  readonly addressPrefix: KeptBits;
  /** A database of countries of one's own; `undefined` for the one that is installed. */
  readonly countryDatabase: string | undefined;
  readonly spoolBytes: number;
  readonly sites: Sites;
  readonly eraseEveryMs: number;
  /** For people, or a JSON object a line. */
  readonly log: "text" | "json";
  /** What may be in flight at a time. */
  readonly bounds: { readonly connections: number; readonly requests: number; readonly bodyBytes: number };
}

/** Where rows go. The first one is home: it needs no block, and keeps what was taken back. */
export interface DestinationConfig {
  readonly name: string;
  readonly needs: readonly string[];
  readonly clickhouse: ClickHouse;
}

/** A server of one's own, or the embedded one on a port of this machine. */
export type ClickHouse = Access | { readonly embeddedPort: number };

/** All that is wrong with a configuration at once, a line each. */
export class BrokenConfig extends Error {
  constructor(source: string, problems: readonly string[]) {
    super(`${source} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
  }
}

const port = z.coerce.number().int().min(0).max(65_535);
const envSchema = z.looseObject({
  RAZI_HOST: z.string().min(1).default("127.0.0.1"),
  RAZI_PORT: port.default(8787),
  RAZI_DEMO_PORT: port.default(8788),
  RAZI_CLICKHOUSE_PORT: port.default(8123),
  RAZI_CLICKHOUSE_URL: z.url({ protocol: /^https?$/ }).optional(),
  RAZI_DATA: z.string().min(1).default("./data"),
  RAZI_CONFIG: z.string().min(1).optional(),
  RAZI_KEYS: z.string().min(1).optional(),
  RAZI_WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  RAZI_LOG: z.enum(["text", "json"]).default("text"),
  RAZI_ADMIN_KEY: z.string().min(16, "must have 16 characters at least").optional(),
});

/**
 * Reads the environment and the configuration file: `RAZI_CONFIG`, else `razi.config.json` in `cwd`, else the demo's.
 * `given` is the file's text, for a worker, whose primary has read it.
 * @throws BrokenConfig with every problem in it
 */
export function readConfig(env: NodeJS.ProcessEnv, cwd: string, demoPath: string, given?: string): Config {
  const vars = check(envSchema, dropEmpty(env), "The environment");
  const own = resolve(cwd, vars.RAZI_CONFIG ?? "razi.config.json");
  const isDemo = vars.RAZI_CONFIG === undefined && !existsSync(own);
  const path = isDemo ? demoPath : own;
  const text = given ?? readText(path);
  const file = check(fileSchema, parse(text, path), path);
  if (isDemo) file.sites = file.sites.map((site) => ({ ...site, origins: demoOrigins(vars.RAZI_DEMO_PORT) }));
  return {
    host: vars.RAZI_HOST,
    port: vars.RAZI_PORT,
    dataDir: resolve(cwd, vars.RAZI_DATA),
    workers: vars.RAZI_WORKERS,
    text,
    adminKey: vars.RAZI_ADMIN_KEY,
    demoPort: isDemo ? vars.RAZI_DEMO_PORT : undefined,
    keysDir: vars.RAZI_KEYS === undefined ? undefined : resolve(cwd, vars.RAZI_KEYS),
    destinations: destinationsOf(file.destinations, vars, path),
    grantsPerMinute: file.grantsPerMinute,
    proxies: { cidrs: file.trustedProxies, header: file.clientAddressHeader },
    addressPrefix: file.addressPrefix,
    countryDatabase: file.countryDatabase === undefined ? undefined : resolve(cwd, file.countryDatabase),
    spoolBytes: file.spoolMegabytes * 1_048_576,
    log: vars.RAZI_LOG,
    sites: sitesOf(file, cwd, path),
    eraseEveryMs: file.eraseEveryMinutes * 60_000,
    bounds: {
      connections: file.maxConnections,
      requests: file.maxRequestsInFlight,
      bodyBytes: file.maxBodyMegabytesInFlight * 1_048_576,
    },
  };
}

/** Each with the calendar of its jurisdiction. */
function sitesOf({ sites, calendars }: z.output<typeof fileSchema>, cwd: string, path: string): Sites {
  const problems: string[] = [];
  const made = sites.map((site) => {
    const own = calendars[site.policy.jurisdiction];
    try {
      return siteOf(site, holidaysOf(site.policy.jurisdiction, own && resolve(cwd, own)));
    } catch (error) {
      problems.push(`calendars: ${(error as Error).message}`);
      return siteOf(site, []);
    }
  });
  if (problems.length > 0) throw new BrokenConfig(path, [...new Set(problems)]);
  return new Map(made.map((site) => [site.id, site]));
}

/** Home comes first, also where the file does not name it. `RAZI_CLICKHOUSE_URL` is home's, `RAZI_CLICKHOUSE_URL_ABROAD` that of `abroad`. */
function destinationsOf(
  { home, ...others }: z.output<typeof fileSchema>["destinations"],
  vars: z.output<typeof envSchema>,
  path: string,
): DestinationConfig[] {
  const url = vars.RAZI_CLICKHOUSE_URL ?? home?.url;
  const clickhouse = url === undefined ? { embeddedPort: vars.RAZI_CLICKHOUSE_PORT } : { url };
  const further = Object.entries(others).map(([name, { url: own, needs }]) => {
    const variable = `RAZI_CLICKHOUSE_URL_${name.toUpperCase()}`;
    const url = (vars[variable] as string | undefined) ?? own;
    if (url === undefined)
      throw new BrokenConfig(path, [`destinations.${name}.url: is missing, and ${variable} is not set`]);
    return { name, needs, clickhouse: { url } };
  });
  return [{ name: "home", needs: [], clickhouse }, ...further];
}

const demoOrigins = (port: number): string[] => ["localhost", "127.0.0.1"].map((host) => `http://${host}:${port}`);

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new BrokenConfig(path, [code === "ENOENT" ? "there is no such file" : `cannot be read (${code})`]);
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BrokenConfig(path, [`is not JSON: ${(cause as Error).message}`]);
  }
}

function check<T extends z.ZodType>(schema: T, value: unknown, source: string): z.output<T> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new BrokenConfig(
    source,
    read.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)),
  );
}

/** `RAZI_PORT=` in a file of variables means that it is not set. */
function dropEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}
