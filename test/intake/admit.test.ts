import { isUtf8 } from "node:buffer";
import { describe, expect, it } from "vitest";
import { type Admission, admit } from "../../collector/intake/admit.ts";
import { columns, eventColumns } from "../../collector/intake/columns.ts";
import { enrich } from "../../collector/intake/enrich.ts";
import { ClientAddress } from "../../collector/intake/privacy/address.ts";
import type { Anonymous, SensitivePages } from "../../collector/intake/privacy.ts";
import type { NoProof, Proof } from "../../collector/intake/proof.ts";
import type { SiteRules } from "../../collector/intake/site.ts";
import type { Batch } from "../../sdk/protocol.ts";
import { aClick, aDecoded, aServiceEvent, aView, noon, someTime } from "../build/batch.ts";
import { aProof } from "../build/proof.ts";
import { someRules } from "../build/site.ts";

const countryOf = (prefix: string): string => ({ "8.8.0.0/16": "US", "2a02:4780::/32": "LT" })[prefix] ?? "";

interface Given extends Partial<Batch> {
  proof?: Proof | NoProof;
  rules?: SiteRules;
  address?: string;
  userAgent?: string;
  sensitive?: SensitivePages;
  signal?: boolean;
}

function send({
  proof = aProof(),
  rules = someRules(),
  address = "8.8.4.4",
  userAgent = "",
  sensitive = new Set(),
  signal = false,
  ...batch
}: Given) {
  const sender = { address: new ClientAddress(address), userAgent };
  const known = { receivedAt: noon, signal, countryOf, sensitive };
  return admit(aDecoded(batch), proof, rules, sender, known);
}

/** The rows as ClickHouse would read them, by the names of their columns. */
function rowsOf({ rows }: Admission): Record<string, unknown>[] {
  const lines = rows?.lines.toString().split("\n").slice(0, -1) ?? [];
  return lines.map((line) => {
    const values: unknown[] = JSON.parse(line);
    expect(values).toHaveLength(columns.length);
    return Object.fromEntries(columns.map(({ name }, i) => [name, values[i]]));
  });
}

const day = 86_400_000;
const chrome =
  "Mozilla/5.0 (Linux; Android 14; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.7390.1 Mobile Safari/537.36";
const landing = aView({
  url: "https://shop.example/products/77?utm_source=mail&utm_medium=letter&utm_campaign=yay&tab=hd#top",
  ref: "https://user@news.example/article/9?reader=ayten",
  lang: "az-Latn-AZ",
  vw: 1_284,
  title: "Ayten's product",
});

const standard = {
  at: noon,
  type: "view",
  page: "page0001",
  seq: 0,
  path: "/products/:id",
  route: "/products/:id",
  title: "",
  referrer: "news.example",
  channel: "referral",
  utm_source: "",
  utm_medium: "",
  utm_campaign: "",
  kind: "",
  label: "",
  service: "",
  action: "",
  engaged_ms: 0,
  scroll: 0,
  lang: "az-AZ",
  viewport: 1_300,
  site: "shop",
  received_at: noon,
  session: "session1",
  visitor: "22222222-2222-4222-8222-222222222222",
  browser: "Chrome",
  browser_major: 141,
  os: "Android",
  device: "phone",
  bot: false,
  country: "US",
  ip_prefix: "8.8.0.0/16",
  consent_id: "11111111-1111-4111-8111-111111111111",
  blocks: ["analytics", "processing"],
  policy: "policy-1",
  sdk: "",
  erase_after: (noon + 30 * day) / 1_000,
};

describe("a page view becomes exactly this row", () => {
  const utm = { utm_source: "mail", utm_medium: "letter", utm_campaign: "yay" };
  const withMarketing = ["analytics", "processing", "marketing"];
  const url = "https://shop.example/products/77";

  it.each<[string, Given, Partial<typeof standard>]>([
    ["by default", {}, {}],
    [
      "CN-1.6.3: with marketing",
      { proof: aProof({ blocks: withMarketing }) },
      { blocks: withMarketing, channel: "campaign", ...utm },
    ],
    ["with a query key on the allow-list", { rules: someRules({ query: ["tab"] }) }, { path: "/products/:id?tab=hd" }],
    [
      "with a template of the site",
      { rules: someRules({ routes: ["/products/:sku"] }) },
      { path: "/products/77", route: "/products/:sku" },
    ],
    [
      "with retention shorter than the consent",
      { rules: someRules({ retentionMs: 7 * day }) },
      { erase_after: (noon + 7 * day) / 1_000 },
    ],
    [
      "with a consent that ends first, in whole seconds, rounded down",
      { proof: aProof({ expiresAt: noon + 5_999 }) },
      { erase_after: noon / 1_000 + 5 },
    ],
    ["from IPv6", { address: "2a02:4780:1::1" }, { country: "LT", ip_prefix: "2a02:4780::/32" }],
    ["from a private address", { address: "10.0.0.1" }, { country: "", ip_prefix: "" }],
    [
      "from a machine",
      { userAgent: "Googlebot/2.1" },
      { bot: true, browser: "Other", browser_major: 0, os: "Other", device: "other" },
    ],
    ["with the SDK's version", { sdk: "razi/0.1.0" }, { sdk: "razi/0.1.0" }],
    [
      "from a page of the site itself",
      { events: [aView({ ...landing, ref: "https://shop.example/orders/12?q=ayten" })] },
      { referrer: "/orders/:id", channel: "internal" },
    ],
    [
      "from a sensitive page of the site itself",
      {
        events: [aView({ ...landing, ref: "https://shop.example/account/ayten" })],
        rules: someRules({ sensitive: ["/account/*"] }),
      },
      { referrer: "", channel: "internal" },
    ],
    [
      "from a search",
      { events: [aView({ ...landing, ref: "https://www.google.az/search?q=ayten" })] },
      { referrer: "www.google.az", channel: "search" },
    ],
    [
      "from a social network",
      { events: [aView({ ...landing, ref: "https://l.facebook.com/l.php?u=x" })] },
      { referrer: "l.facebook.com", channel: "social" },
    ],
    [
      "with a route that the page tells",
      { events: [aView({ ...landing, route: "/products/:sku" })] },
      { path: "/products/:sku", route: "/products/:sku" },
    ],
    [
      "that was opened directly, with nothing said",
      { events: [aView({ url })] },
      { referrer: "", channel: "direct", lang: "", viewport: 0 },
    ],
  ])("%s", (_, given, change) => {
    const [row] = rowsOf(send({ events: [landing], userAgent: chrome, ...given }));
    expect(row).toEqual({ ...standard, ...change });
  });
});

it("clicks, services and time become rows of their own, with nothing of a page in them", () => {
  const events = [
    aClick({ seq: 1, kind: "phone", label: "header-call" }),
    aServiceEvent({ seq: 2, key: "fiber-100", action: "view" }),
    someTime({ seq: 3, ms: 8_200, scroll: 75 }),
  ];
  const page = { ...standard, path: "", route: "", referrer: "", channel: "", lang: "", viewport: 0 };
  expect(rowsOf(send({ events, userAgent: chrome }))).toEqual([
    { ...page, type: "click", seq: 1, kind: "phone", label: "header-call" },
    { ...page, type: "service", seq: 2, service: "fiber-100", action: "view" },
    { ...page, type: "time", seq: 3, engaged_ms: 8_200, scroll: 75 },
  ]);
});

it("rows are one line each, whatever the texts hold", () => {
  const label = 'a\n"b"\\\u2028\u0000\ud800[email],';
  const { rows } = send({ events: [aClick({ label }), aClick({ seq: 1, label: "][" })] });
  expect(rows).toMatchObject({ count: 2, consentId: "11111111-1111-4111-8111-111111111111" });
  expect(isUtf8(rows?.lines ?? Buffer.of(0xff))).toBe(true);
  const lines = rows?.lines.toString();
  expect(lines?.match(/\n/g)).toHaveLength(2);
  expect(lines).not.toMatch(/\\ud[89ab]/i);
});

describe("CN-1.6.2: the values of a row are the declared columns, in their order", () => {
  const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const ofPage = "path route title referrer channel utm_source utm_medium utm_campaign lang viewport".split(" ");
  const ofClick = "kind label service action engaged_ms scroll".split(" ");
  const numbers: Record<string, number> = { seq: 1, engaged_ms: 2, scroll: 3, viewport: 4, browser_major: 5 };

  // Each field says its own name, or its own number. What is worked out is told by its value.
  it.each([
    ["view", ofClick],
    ["click", ofPage],
  ])("of a %s", (type, empty) => {
    const nothing = (name: string) => (name in numbers ? 0 : "");
    const said = eventColumns.map(({ name }) => [
      camel(name),
      empty.includes(name) ? nothing(name) : (numbers[name] ?? name),
    ]);
    const anonymous = {
      events: [{ ...Object.fromEntries(said), type, at: noon, utmSource: "", origin: "search" }],
      session: "session",
      sdk: "sdk",
      ipPrefix: "ip_prefix",
      agent: { browser: "browser", browserMajor: numbers.browser_major, os: "os", device: "device", bot: true },
      proof: { ...aProof({ expiresAt: noon }), visitorId: "visitor", consentId: "consent_id", policy: "policy" },
    } as unknown as Anonymous;
    const { lines } = enrich(anonymous, someRules({ id: "site" }), noon + 1, "country");
    const special: Record<string, unknown> = {
      ...numbers,
      at: noon,
      type,
      channel: type === "view" ? "search" : "",
      utm_source: "",
      received_at: noon + 1,
      bot: true,
      blocks: aProof().blocks,
      erase_after: noon / 1_000,
      ...Object.fromEntries(empty.map((name) => [name, nothing(name)])),
    };
    expect(JSON.parse(lines.toString())).toEqual(columns.map(({ name }) => special[name] ?? name));
  });
});

describe("what is not kept is counted", () => {
  it.each<[string, Given, Admission["refused"]]>([
    [
      "CN-1.6.1: without a token there is no row",
      { proof: "no_consent", events: [landing, landing] },
      { no_consent: 2 },
    ],
    ["beside malformed events", { proof: "forged", events: [landing, {} as never] }, { malformed: 1, forged: 1 }],
    ["CN-5.1: under a new policy", { rules: someRules({ policyHash: "policy-2" }) }, { stale_policy: 1 }],
    ["CN-1.8: on a sensitive page", { rules: someRules({ sensitive: ["/*"] }) }, { sensitive: 1 }],
    ["nothing but malformed events", { events: [{} as never] }, { malformed: 1 }],
  ])("%s", (_, given, refused) => {
    expect(send({ events: [landing], ...given })).toMatchObject({ rows: undefined, refused });
  });

  it("and what is good beside it is kept", () => {
    const { rows, refused } = send({ events: [landing, aView({ at: 0 }), {} as never] });
    expect({ count: rows?.count, refused }).toEqual({ count: 1, refused: { before_grant: 1, malformed: 1 } });
  });
});

describe("CN-1.8, KG-2.2: what happened on a sensitive page is refused, also where its view is refused for another reason", () => {
  const rules = someRules({ sensitive: ["/account/*"] });
  const url = "https://shop.example/account/orders";
  const view = aView({ page: "secret01", url });
  const onIt = [
    aClick({ page: "secret01", seq: 1, label: "Cancel my treatment" }),
    aServiceEvent({ page: "secret01", seq: 2 }),
    someTime({ page: "secret01", seq: 3 }),
  ];
  const elsewhere = aClick({ page: "public01" });
  const pagesOf = (admission: Admission) => rowsOf(admission).map(({ page }) => page);

  it.each<[string, Partial<typeof view>, Admission["refused"]]>([
    ["before the consent", { at: aProof().grantedAt - 1 }, { before_grant: 1, sensitive: 3 }],
    ["too old", { at: noon - 2 * day - 1 }, { too_old: 1, sensitive: 3 }],
    ["ahead of the clock", { at: noon + 60_001 }, { future: 1, sensitive: 3 }],
    ["longer than an address may be", { url: `${url}?${"x".repeat(2_048)}` }, { malformed: 1, sensitive: 3 }],
    ["not in the form of the protocol", { seq: -1 }, { malformed: 1, sensitive: 3 }],
    ["no address of the web", { url: "file:///home/ayten/x.html" }, { malformed: 1, sensitive: 3 }],
  ])("%s", (_, given, refused) => {
    const proof = aProof({ grantedAt: noon - (refused.too_old ? 3 * day : 3_600_000) });
    for (const events of [
      [{ ...view, ...given }, ...onIt, elsewhere],
      [elsewhere, ...onIt, { ...view, ...given }],
    ]) {
      const admission = send({ events, rules, proof });
      expect({ pages: pagesOf(admission), refused: admission.refused }).toEqual({ pages: ["public01"], refused });
    }
  });

  it.each<[string, Given]>([
    ["alone, before the consent", { events: [aView({ ...view, at: 0 })] }],
    ["alone, and could not be read", { events: [{ ...view, url: 1 } as never] }],
    ["under a token that has ended", { proof: "expired" }],
    ["under an older policy", { proof: aProof({ policy: "policy-0" }) }],
    ["with a signal", { signal: true }],
  ])("in a later batch than the view, which came %s", (_, given) => {
    const sensitive = new Set<string>();
    expect(send({ events: [view], rules, sensitive, ...given }).rows).toBeUndefined();
    const admission = send({ events: [...onIt, elsewhere], rules, sensitive });
    expect({ pages: pagesOf(admission), refused: admission.refused }).toEqual({
      pages: ["public01"],
      refused: { sensitive: 3 },
    });
  });

  it("and whoever has no token fills no memory", () => {
    for (const proof of ["no_consent", "forged"] as const) {
      const sensitive = new Set<string>();
      send({ events: [view, { ...view, url: 1 } as never], rules, sensitive, proof });
      expect(sensitive.size).toBe(0);
    }
  });

  it("but a page that is not sensitive loses its view only, and so does any of a site that has no such pages", () => {
    const plain = aView({ page: "public01", at: 0 });
    expect(pagesOf(send({ events: [plain, elsewhere], rules }))).toEqual(["public01"]);
    const unread = { ...view, url: 1 } as never;
    expect(pagesOf(send({ events: [unread, ...onIt] }))).toEqual(["secret01", "secret01", "secret01"]);
  });

  it("nor is a page that nothing could be remembered as", () => {
    const sensitive = new Set<string>();
    for (const page of [undefined, 7, "x", "x".repeat(60_000)])
      send({ events: [{ ...view, page, url: 1 } as never, elsewhere], rules, sensitive });
    expect(sensitive.size).toBe(0);
  });
});

it("CN-1.7.2: neither the full address nor the raw user agent is in a row", () => {
  const { rows } = send({ events: [landing, aClick()], address: "8.8.4.4", userAgent: chrome });
  for (const trace of ["8.8.4.4", "Mozilla", "SM-S928B", "7390", "Android 14", "1284"])
    expect(rows?.lines.toString()).not.toContain(trace);
});

describe("CN-1.7.1, KG-2.1a, KG-2.1b: nothing that reaches a person gets into any column", () => {
  const traces = ["ayten@example.com", "+994501234567", "4242424242424242", "AZ21NABZ00000000137010001944"];

  it.each(traces)("%s", (trace) => {
    const encoded = encodeURIComponent(trace);
    const url = `https://shop.example/${encoded}/x?tab=${encoded}&utm_source=${encoded}&utm_campaign=${encoded}#${trace}`;
    const { rows } = send({
      events: [
        aView({
          url,
          ref: `https://${encoded}@news.example/${encoded}`,
          lang: trace.slice(0, 35),
          title: trace,
          route: trace,
        }),
        aClick({ label: trace }),
        aServiceEvent({ key: trace }),
      ],
      userAgent: `Mozilla/5.0 ${trace}`,
      rules: someRules({ query: ["tab"] }),
      proof: aProof({ blocks: ["analytics", "processing", "marketing"] }),
    });
    expect(rows?.count).toBe(3);
    expect(rows?.lines.toString()).not.toContain(trace);
  });
});
