import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { contradictions, policyOf, policySchema } from "./consent/policy.ts";
import type { TrustedProxies } from "./http/client.ts";
import type { Site, Sites } from "./http/site.ts";
import { columns } from "./intake/columns.ts";
import { isCampaignKey } from "./intake/privacy/url.ts";
import { routeTemplate } from "./intake/site.ts";

/** Everything that is configured, read once at the start and checked whole. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** The operator's key; without one it is made in the data directory. */
  readonly adminKey: string | undefined;
  /** Where the demo site listens; `undefined` with a configuration of one's own. */
  readonly demoPort: number | undefined;
  readonly clickhouse: ClickHouse;
  readonly proxies: TrustedProxies;
  readonly spoolBytes: number;
  readonly sites: Sites;
}

/** A server of one's own, or the embedded one on a port of this machine. */
export type ClickHouse = { readonly url: string } | { readonly embeddedPort: number };

/** All that is wrong with a configuration at once, a line each. */
export class BrokenConfig extends Error {
  constructor(source: string, problems: readonly string[]) {
    super(`${source} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
  }
}

const origin = z.string().refine(isOrigin, "is no origin, such as https://shop.example");
const cidr = z.union([z.cidrv4(), z.cidrv6()], "is no network, such as 10.0.0.0/8");
const queryKey = z
  .string()
  .min(1)
  .refine(
    (key) => !isCampaignKey(key),
    "is a campaign's key, which only consent to marketing allows, or an ad click's",
  );
const route = z.string().regex(/^\//, "must begin with /");

const siteSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
    origins: z.array(origin).min(1),
    policy: policySchema,
    urls: z
      .strictObject({
        query: z.array(queryKey).default([]),
        routes: z.array(route).default([]),
        sensitive: z.array(route).default([]),
      })
      .prefault({}),
  })
  .check(({ value, issues }) => {
    for (const { path, message } of contradictions(value.policy))
      issues.push({ code: "custom", path: ["policy", ...path], message, input: value });
  });

const fileSchema = z.strictObject({
  $schema: z.string().optional(),
  trustedProxies: z.array(cidr).default([]),
  clientAddressHeader: z.string().toLowerCase().default("x-forwarded-for"),
  spoolMegabytes: z.int().min(1).default(1_024),
  sites: z
    .array(siteSchema)
    .min(1)
    .refine((sites) => new Set(sites.map(({ id }) => id)).size === sites.length, "two sites have the same id"),
});

const port = z.coerce.number().int().min(0).max(65_535);
const envSchema = z.object({
  RAZI_HOST: z.string().min(1).default("127.0.0.1"),
  RAZI_PORT: port.default(8787),
  RAZI_DEMO_PORT: port.default(8788),
  RAZI_CLICKHOUSE_PORT: port.default(8123),
  RAZI_CLICKHOUSE_URL: z.url({ protocol: /^https?$/ }).optional(),
  RAZI_DATA: z.string().min(1).default("./data"),
  RAZI_CONFIG: z.string().min(1).optional(),
  RAZI_ADMIN_KEY: z.string().min(16, "must have 16 characters at least").optional(),
});

/**
 * Reads the environment and the configuration file: `RAZI_CONFIG`, else `razi.config.json` in `cwd`, else the demo's.
 * @throws BrokenConfig with every problem in it
 */
export function readConfig(env: NodeJS.ProcessEnv, cwd: string, demoPath: string): Config {
  const vars = check(envSchema, dropEmpty(env), "The environment");
  const own = resolve(cwd, vars.RAZI_CONFIG ?? "razi.config.json");
  const isDemo = vars.RAZI_CONFIG === undefined && !existsSync(own);
  const path = isDemo ? demoPath : own;
  const file = check(fileSchema, parse(readText(path), path), path);
  if (isDemo) file.sites = file.sites.map((site) => ({ ...site, origins: demoOrigins(vars.RAZI_DEMO_PORT) }));
  return {
    host: vars.RAZI_HOST,
    port: vars.RAZI_PORT,
    dataDir: resolve(cwd, vars.RAZI_DATA),
    adminKey: vars.RAZI_ADMIN_KEY,
    demoPort: isDemo ? vars.RAZI_DEMO_PORT : undefined,
    clickhouse:
      vars.RAZI_CLICKHOUSE_URL === undefined
        ? { embeddedPort: vars.RAZI_CLICKHOUSE_PORT }
        : { url: vars.RAZI_CLICKHOUSE_URL },
    proxies: { cidrs: file.trustedProxies, header: file.clientAddressHeader },
    spoolBytes: file.spoolMegabytes * 1_048_576,
    sites: new Map(file.sites.map((site) => [site.id, siteOf(site)])),
  };
}

function siteOf({ id, origins, policy: text, urls }: z.infer<typeof siteSchema>): Site {
  const policy = policyOf(
    text,
    columns.map(({ name }) => name),
  );
  return {
    id,
    origins: new Set(origins),
    policy,
    rules: {
      id,
      needs: policy.needs,
      policyHash: policy.hash,
      retentionMs: policy.retentionDays * 86_400_000,
      hosts: new Set(origins.map((origin) => new URL(origin).hostname)),
      urls: {
        query: new Set(urls.query),
        routes: urls.routes.map(routeTemplate),
        sensitive: urls.sensitive.map(routeTemplate),
      },
    },
  };
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

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}
