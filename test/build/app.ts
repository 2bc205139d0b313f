import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { textsOf } from "../../collector/consent/registry.ts";
import { createRevocations, type Revocation } from "../../collector/consent/revocations.ts";
import { type Claims, createTokens } from "../../collector/consent/tokens.ts";
import { type AppNeeds, createApp } from "../../collector/http/app.ts";
import { clientFinder, type TrustedProxies } from "../../collector/http/client.ts";
import { createLimiter } from "../../collector/http/limiter.ts";
import type { Store, SubjectStore, Tally } from "../../collector/http/ports.ts";
import type { NamedKeys } from "../../collector/http/report-keys.ts";
import type { ReportNeeds } from "../../collector/http/reports.ts";
import { corsFor, type Site } from "../../collector/http/site.ts";
import { readLibrary } from "../../collector/reports/library.ts";
import { projectRoot } from "../../collector/root.ts";
import { noon } from "./batch.ts";
import { aCopy } from "./copy.ts";
import { aKey, keysOf } from "./keys.ts";
import { aProof } from "./proof.ts";
import { aSite } from "./site.ts";

type Appended = Parameters<Store["append"]>[0];

const key = await aKey();

export const adminKey = "an-admin-key-of-the-tests";

export const library = readLibrary(join(projectRoot, "sql", "reports"));

interface Given {
  sites?: Site[];
  store?: Store;
  proxies?: TrustedProxies;
  now?: () => number;
  notReady?: () => string | undefined;
  grantsPerMinute?: number;
  tally?: Tally;
  reports?: Partial<ReportNeeds["reports"]>;
  keyNamed?: NamedKeys["named"];
  /** SHA-256 of operators' keys. */
  operators?: string[];
  stored?: Partial<SubjectStore>;
}

/** A database in which nothing is stored. */
const emptyStore: SubjectStore = {
  copy: async () => aCopy(),
  requests: async () => [],
  overview: async () => ({ count: 0, latest: [], requests: [] }),
  open: async () => [],
  hold: async () => {},
  endOfPurpose: async () => 0,
  gone: async () => false,
  hurry: () => {},
};

/** The collector's routes over a store in memory. `appended`, `counted` and `bugs` tell what happened. */
export function anApp({
  sites = [aSite()],
  store,
  proxies = { cidrs: [], header: "x-forwarded-for" },
  now = () => noon,
  notReady = () => undefined,
  grantsPerMinute = 1_000,
  tally,
  reports,
  keyNamed = async () => undefined,
  operators = [],
  stored = {},
}: Given = {}) {
  const appended: Appended[] = [];
  const counted: [string, ...unknown[]][] = [];
  const bugs: Error[] = [];
  const known = createRevocations();
  const revoke = {
    standing: known.of,
    number: (act: Omit<Revocation, "collector" | "seq">): Revocation => ({ ...act, collector: "here", seq: 1 }),
    hold: async (revocation: Revocation) => known.apply(revocation),
  };
  const texts = sites.flatMap(({ id, policy }) => textsOf(id, policy));
  const byId = new Map(sites.map((site) => [site.id, site]));
  const tokens = createTokens(keysOf(key));
  const counting: Tally = {
    accepted: (...what) => counted.push(["accepted", ...what]),
    refused: (...what) => counted.push(["refused", ...what]),
    redacted: (site, what) => what.length > 0 && counted.push(["redacted", site, what]),
    dropped: (...what) => counted.push(["dropped", ...what]),
    granted: (...what) => counted.push(["granted", ...what]),
    subjectRefused: (...what) => counted.push(["subjectRefused", ...what]),
    visitorRefused: (...what) => counted.push(["visitorRefused", ...what]),
    render: async () => "razi_events_accepted_total 0\n",
  };
  const needs: AppNeeds = {
    sites: byId,
    tokens,
    store: store ?? { append: async (record) => void appended.push({ ...record, rows: Buffer.from(record.rows) }) },
    revoke,
    keys: keysOf(key),
    registry: { find: (hash) => texts.find((text) => text.hash === hash) },
    destinations: [{ name: "home", needs: [] }],
    sensitive: new Set(),
    limiter: createLimiter(grantsPerMinute),
    tally: tally ?? counting,
    client: clientFinder(proxies),
    countryOf: () => "",
    cors: corsFor(byId),
    now,
    // Any script: the built SDK is not needed here.
    scripts: { razi: Buffer.from("'sdk';"), full: Buffer.from("'full sdk';"), former: [Buffer.from("'former sdk';")] },
    banner: Buffer.from("'banner';"),
    adminKey,
    reports: {
      library,
      run: async () => ({ rows: [], compared: undefined }),
      keys: { find: async () => undefined },
      ...reports,
    },
    operators: { hashes: () => operators },
    stored: { ...emptyStore, ...stored },
    dashboard: {
      secret: "a secret of the tests",
      keyNamed,
      script: Buffer.from("'page';"),
      style: Buffer.from("body {}"),
    },
    notReady,
    onBug: (error) => bugs.push(error),
  };
  const app = createApp(needs);

  /** As a request without a port: `peer` is the address at the other end of its socket. */
  const request = async (path: string, init: RequestInit = {}, peer = "8.8.4.4"): Promise<Response> => {
    const headers = Object.fromEntries(new Headers(init.headers));
    const incoming = { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage;
    return app.request(path, init, { incoming });
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}, peer?: string) =>
    request(
      path,
      {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
      },
      peer,
    );
  /** A token for the first site's policy in force. */
  const aToken = async (given: Partial<Claims> = {}, at = noon): Promise<string> =>
    (await tokens.issueToken(aProof({ policy: sites[0]?.policy.hash ?? "", ...given }), at)).token;
  return { app, needs, request, post, tokens, aToken, revoke, appended, counted, bugs };
}
