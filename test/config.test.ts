import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BrokenConfig, readConfig } from "../collector/config.ts";
import { projectRoot } from "../collector/root.ts";
import { aDirectory } from "./build/directory.ts";
import { aPolicyText } from "./build/site.ts";

const demoPath = join(projectRoot, "examples", "demo", "razi.config.json");

const aSiteText = (given: object = {}) => ({
  id: "shop",
  origins: ["https://shop.example"],
  policy: aPolicyText(),
  ...given,
});

/** Reads a configuration that stands in `razi.config.json`. */
async function read(file: unknown, env: NodeJS.ProcessEnv = {}) {
  const dir = await aDirectory();
  await writeFile(join(dir, "razi.config.json"), typeof file === "string" ? file : JSON.stringify(file));
  return readConfig(env, dir, demoPath);
}

async function whyBroken(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => new Error("the configuration is good"),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(BrokenConfig);
  return (error as Error).message;
}

const problemsOf = async (file: unknown, env?: NodeJS.ProcessEnv) => {
  const [head, ...lines] = (await whyBroken(read(file, env))).split("\n");
  expect(head).toMatch(/ cannot be used:$/);
  return lines.map((line) => line.replace(/^ {2}- /, ""));
};

describe("without a configuration of one's own", () => {
  it("the demo's is good, on the demo's port, with everything as documented", async () => {
    const dir = await aDirectory();
    const config = readConfig({}, dir, demoPath);
    expect(config).toMatchObject({
      host: "127.0.0.1",
      port: 8787,
      demoPort: 8788,
      dataDir: join(dir, "data"),
      adminKey: undefined,
      destinations: [{ name: "home", needs: [], clickhouse: { embeddedPort: 8123 } }],
      proxies: { cidrs: [], header: "x-forwarded-for" },
      addressPrefix: { ipv4: 16, ipv6: 32 },
      countryDatabase: undefined,
      spoolBytes: 1_024 * 1_048_576,
      bounds: { connections: 10_000, requests: 2_048, bodyBytes: 64 * 1_048_576 },
      log: "text",
    });
    expect([...(config.sites.get("demo")?.origins ?? [])]).toEqual(["http://localhost:8788", "http://127.0.0.1:8788"]);
  });

  it("the demo's origins follow its port", async () => {
    const { sites, demoPort } = readConfig({ RAZI_DEMO_PORT: "9000" }, await aDirectory(), demoPath);
    expect(demoPort).toBe(9_000);
    expect(sites.get("demo")?.origins).toContain("http://localhost:9000");
    expect(sites.get("demo")?.rules.hosts).toEqual(new Set(["localhost", "127.0.0.1"]));
  });

  it("the demo explains each block in each language", () => {
    const { noticeByLang, blocks } = readConfig({}, "/nonexistent", demoPath).sites.get("demo")?.policy ?? {};
    for (const notice of noticeByLang?.values() ?? []) {
      expect(notice.blocks.map(({ id }) => id)).toEqual(blocks);
      for (const { text } of notice.blocks) expect(text).not.toBe("");
    }
    expect([...(noticeByLang?.keys() ?? [])]).toEqual(["az", "tr", "ru", "en"]);
  });
});

describe("a configuration of one's own", () => {
  it("is read from razi.config.json, and then there is no demo", async () => {
    const config = await read({ sites: [aSiteText()] });
    expect(config.demoPort).toBeUndefined();
    expect([...config.sites.keys()]).toEqual(["shop"]);
  });

  it("is read from where RAZI_CONFIG says", async () => {
    const dir = await aDirectory();
    await writeFile(join(dir, "other.json"), JSON.stringify({ sites: [aSiteText({ id: "other" })] }));
    expect([...readConfig({ RAZI_CONFIG: "other.json" }, dir, demoPath).sites.keys()]).toEqual(["other"]);
  });

  it.each([
    [{}, { ipv4: 16, ipv6: 32 }],
    [{ ipv4: 0 }, { ipv4: 0, ipv6: 32 }],
    [
      { ipv4: 8, ipv6: 0 },
      { ipv4: 8, ipv6: 0 },
    ],
    [
      { ipv4: 24, ipv6: 48 },
      { ipv4: 24, ipv6: 48 },
    ],
  ])("says how much of an address is kept: %j", async (addressPrefix, kept) => {
    expect((await read({ addressPrefix, sites: [aSiteText()] })).addressPrefix).toEqual(kept);
  });

  it("may name a database of countries of one's own", async () => {
    const { countryDatabase } = await read({ countryDatabase: "/var/lib/countries.mmdb", sites: [aSiteText()] });
    expect(countryDatabase).toBe("/var/lib/countries.mmdb");
  });

  it("becomes the rules of a site", async () => {
    const urls = { query: ["tab"], routes: ["/p/:sku"], sensitive: ["/account/*"] };
    const { sites, proxies } = await read({
      trustedProxies: ["10.0.0.0/8", "fd00::/8"],
      clientAddressHeader: "X-Real-IP",
      sites: [aSiteText({ origins: ["https://shop.example", "http://localhost:3000"], urls })],
    });
    const { rules, policy } = sites.get("shop") ?? {};
    expect(rules).toMatchObject({
      id: "shop",
      needs: ["analytics", "processing"],
      policyHash: policy?.hash,
      retentionMs: 395 * 86_400_000,
      hosts: new Set(["shop.example", "localhost"]),
      urls: { query: new Set(["tab"]), sensitive: [{ template: "/account/*", segments: ["account", "*"] }] },
    });
    expect(proxies).toEqual({ cidrs: ["10.0.0.0/8", "fd00::/8"], header: "x-real-ip" });
  });
});

describe("the environment", () => {
  const good = { sites: [aSiteText()] };

  it("sets where things are", async () => {
    const env = {
      RAZI_HOST: "0.0.0.0",
      RAZI_PORT: "80",
      RAZI_DATA: "/var/lib/razi",
      RAZI_CLICKHOUSE_URL: "https://ch.example:8443",
      RAZI_ADMIN_KEY: "sixteen-letters-",
    };
    expect(await read(good, env)).toMatchObject({
      host: "0.0.0.0",
      port: 80,
      dataDir: "/var/lib/razi",
      destinations: [{ name: "home", needs: [], clickhouse: { url: "https://ch.example:8443" } }],
      adminKey: "sixteen-letters-",
    });
  });

  it("an empty variable is not set", async () => {
    const env = { RAZI_PORT: "", RAZI_DATA: "", RAZI_ADMIN_KEY: "", RAZI_CLICKHOUSE_URL: "" };
    expect(await read(good, env)).toMatchObject({ port: 8787, destinations: [{ clickhouse: { embeddedPort: 8123 } }] });
  });

  it("all that is wrong with it is said at once, by the names of the variables", async () => {
    const env = {
      RAZI_PORT: "eighty",
      RAZI_DEMO_PORT: "70000",
      RAZI_CLICKHOUSE_URL: "ch.example:8443",
      RAZI_ADMIN_KEY: "short",
    };
    const problems = await problemsOf(good, env);
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "RAZI_PORT",
      "RAZI_DEMO_PORT",
      "RAZI_CLICKHOUSE_URL",
      "RAZI_ADMIN_KEY",
    ]);
    expect(problems.join("\n")).not.toContain("short");
  });
});

describe("a file that cannot be read is named, with the reason", () => {
  it("it is not there", async () => {
    const dir = await aDirectory();
    const reading = async () => readConfig({ RAZI_CONFIG: "none.json" }, dir, demoPath);
    expect(await whyBroken(reading())).toBe(`${join(dir, "none.json")} cannot be used:\n  - there is no such file`);
  });

  it("it is a directory", async () => {
    const dir = await aDirectory();
    const reading = async () => readConfig({ RAZI_CONFIG: "." }, dir, demoPath);
    expect(await whyBroken(reading())).toContain("cannot be read (EISDIR)");
  });

  it.each(["", "{", "{'sites': []}", "sites: []"])("%j is not JSON", async (text) => {
    expect((await problemsOf(text)).join("\n")).toMatch(/^is not JSON: /);
  });
});

describe("what is wrong with a configuration is said in words", () => {
  const policy = aPolicyText();
  it.each<[string, unknown, string]>([
    ["no object", [], "Invalid input: expected object, received array"],
    ["no site", { sites: [] }, "sites: "],
    ["an unknown setting", { sites: [aSiteText()], anonymize: true }, 'Unrecognized key: "anonymize"'],
    ["two sites with one id", { sites: [aSiteText(), aSiteText()] }, "sites: two sites have the same id"],
    [
      "two sites with one cookie",
      { sites: [aSiteText({ id: "shop-token" }), aSiteText({ id: "shop" })] },
      "sites: two sites would share a cookie",
    ],
    [
      "an origin with a path",
      { sites: [aSiteText({ origins: ["https://shop.example/"] })] },
      "sites.0.origins.0: is no origin, such as https://shop.example",
    ],
    [
      "an origin of any page",
      { sites: [aSiteText({ origins: ["*"] })] },
      "sites.0.origins.0: is no origin, such as https://shop.example",
    ],
    [
      "the origin null",
      { sites: [aSiteText({ origins: ["null"] })] },
      "sites.0.origins.0: is no origin, such as https://shop.example",
    ],
    [
      "a route without a slash",
      { sites: [aSiteText({ urls: { sensitive: ["account/*"] } })] },
      "sites.0.urls.sensitive.0: must begin with /",
    ],
    [
      "CN-3.2: a campaign's key in the allow-list",
      { sites: [aSiteText({ urls: { query: ["utm_source"] } })] },
      "sites.0.urls.query.0: is a campaign's key, which only consent to marketing allows, or an ad click's",
    ],
    [
      "an ad click's key",
      { sites: [aSiteText({ urls: { query: ["tab", "gclid"] } })] },
      "sites.0.urls.query.1: is a campaign's key, which only consent to marketing allows, or an ad click's",
    ],
    [
      "a proxy that is no network",
      { trustedProxies: ["10.0.0.1"], sites: [aSiteText()] },
      "trustedProxies.0: is no network, such as 10.0.0.0/8",
    ],
    [
      "a proxy whose network is too narrow to be one",
      { trustedProxies: ["10.0.0.0/8", "::ffff:10.0.0.0/8"], sites: [aSiteText()] },
      "trustedProxies.1: is no network, such as 10.0.0.0/8",
    ],
    [
      "a header that is none",
      { clientAddressHeader: "X-Real-IP:", sites: [aSiteText()] },
      "clientAddressHeader: is no name of a header",
    ],
    [
      "a header to which proxies cannot add",
      { clientAddressHeader: "Cookie", sites: [aSiteText()] },
      "clientAddressHeader: is no header that proxies can add to",
    ],
    [
      "CN-2.8: more of an IPv4 address than may be kept",
      { addressPrefix: { ipv4: 32 }, sites: [aSiteText()] },
      "addressPrefix.ipv4: must be 0 to 16, or 24",
    ],
    [
      "CN-2.8: a little more",
      { addressPrefix: { ipv4: 17 }, sites: [aSiteText()] },
      "addressPrefix.ipv4: must be 0 to 16, or 24",
    ],
    [
      "CN-2.8: more of an IPv6 address than may be kept",
      { addressPrefix: { ipv6: 64 }, sites: [aSiteText()] },
      "addressPrefix.ipv6: must be 0 to 32, or 48",
    ],
    [
      "less than nothing of it",
      { addressPrefix: { ipv6: -1 }, sites: [aSiteText()] },
      "addressPrefix.ipv6: must be 0 to 32, or 48",
    ],
    [
      "a time zone that is none",
      { sites: [aSiteText({ policy: { ...policy, timeZone: "Baku" } })] },
      "sites.0.policy.timeZone: is no IANA time zone, such as Asia/Baku",
    ],
    [
      "KG-5.1: consent for longer than five years",
      { sites: [aSiteText({ policy: { ...policy, validityMonths: 61 } })] },
      "sites.0.policy.validityMonths: Too big: expected number to be <=60",
    ],
    [
      "KG-5.2: a day and more between two erasures",
      { eraseEveryMinutes: 1_441, sites: [aSiteText()] },
      "eraseEveryMinutes: Too big: expected number to be <=720",
    ],
    [
      "CN-4.1: no jurisdiction",
      { sites: [aSiteText({ policy: { ...policy, jurisdiction: undefined } })] },
      "sites.0.policy.jurisdiction: Invalid input: expected string, received undefined",
    ],
    [
      "a needed block that is none",
      { sites: [aSiteText({ policy: { ...policy, needs: ["cookies"] } })] },
      'sites.0.policy.needs: "cookies" is not one of the blocks',
    ],
    [
      "no notice",
      { sites: [aSiteText({ policy: { ...policy, notices: {} } })] },
      "sites.0.policy.notices: needs a notice in at least one language",
    ],
  ])("%s", async (_, file, problem) => {
    expect(await problemsOf(file)).toEqual([expect.stringContaining(problem)]);
  });

  it("and all of it at once", async () => {
    const problems = await problemsOf({
      spoolMegabytes: 0,
      sites: [
        aSiteText({ id: "A Shop", origins: [] }),
        aSiteText({ id: "b", policy: { ...policy, needs: ["cookies"], notices: {} } }),
        aSiteText({ id: "b", policy: { ...policy, subjects: "" }, urls: { routes: ["x"], more: 1 } }),
      ],
    });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual(
      expect.arrayContaining([
        "spoolMegabytes",
        "sites.0.id",
        "sites.0.origins",
        "sites.1.policy.needs",
        "sites.1.policy.notices",
        "sites.2.policy.subjects",
        "sites.2.urls.routes.0",
        "sites.2.urls",
      ]),
    );
  });
});
