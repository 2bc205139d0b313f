import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import fc from "fast-check";
import { type CountryResponse, Reader, type Response } from "mmdb-lib";
import { describe, expect, it } from "vitest";
import { loadCountries } from "../collector/countries.ts";
import { usualBits } from "../collector/intake/privacy/address.ts";
import { aDirectory } from "./build/directory.ts";
import { anMmdb } from "./build/mmdb.ts";

const in_ = (country_code: string) => ({ country_code });

async function load(file: Buffer, kept = usualBits) {
  const path = join(await aDirectory(), "countries.mmdb");
  await writeFile(path, file);
  return loadCountries(kept, path);
}

describe("CN-2.8: the country is that of the shortened address", () => {
  it("and of one that lies in several countries, that of most of its addresses", async () => {
    const countryOf = await load(
      anMmdb({
        "8.8.0.0/24": in_("CN"),
        "8.8.64.0/18": in_("AZ"),
        "8.8.128.0/18": in_("TR"),
        "8.8.192.0/19": in_("AZ"),
        "8.9.0.0/16": in_("TR"),
        "8.16.0.0/12": in_("RU"),
        "2a02:4780::/48": in_("CN"),
        "2a02:4780:8000::/33": in_("AZ"),
        "2a03::/16": in_("TR"),
      }),
    );
    const asked = [
      "8.7.0.0/16",
      "8.8.0.0/16",
      "8.9.0.0/16",
      "8.10.0.0/16",
      "8.16.0.0/16",
      "8.31.0.0/16",
      "8.32.0.0/16",
    ];
    expect(asked.map(countryOf)).toEqual(["", "AZ", "TR", "", "RU", "RU", ""]);
    const asked6 = ["2a02:477f::/32", "2a02:4780::/32", "2a02:4781::/32", "2a03::/32", "2a03:ffff::/32", "2a04::/32"];
    expect(asked6.map(countryOf)).toEqual(["", "AZ", "", "TR", "TR", ""]);
    expect(countryOf("8.8.0.0/16")).toBe("AZ");
  });

  it("what is not known has no vote, and of equals the first has it", async () => {
    const countryOf = await load(
      anMmdb({
        "8.8.200.0/24": in_("AZ"),
        "8.9.0.0/17": in_("TR"),
        "8.9.128.0/17": in_("AZ"),
        "8.10.0.0/17": in_("EU"),
      }),
    );
    expect(["8.8.0.0/16", "8.9.0.0/16", "8.10.0.0/16"].map(countryOf)).toEqual(["AZ", "TR", ""]);
  });

  it.each([
    ["nothing", ""],
    ["a whole address", "8.8.4.4/32"],
    ["a narrower network", "8.8.4.0/24"],
    ["a wider one", "8.0.0.0/8"],
    ["no network", "8.8.4.4"],
    ["a word", "unknown"],
  ])("nothing is said of %s", async (_, prefix) => {
    expect((await load(anMmdb({ "8.0.0.0/8": in_("US") })))(prefix)).toBe("");
  });

  it.each([
    [{ ipv4: 8, ipv6: 16 }, "8.0.0.0/8", "2a02::/16", "TR", "TR"],
    [{ ipv4: 13, ipv6: 29 }, "8.8.0.0/13", "2a02:4780::/29", "AZ", "AZ"],
    [{ ipv4: 24, ipv6: 48 }, "8.8.4.0/24", "2a02:4780:1::/48", "AZ", "AZ"],
    [{ ipv4: 24, ipv6: 48 }, "8.8.5.0/24", "2a02:4780:2::/48", "", ""],
  ])("with %j kept, the answer is for %s and %s", async (kept, of4, of6, country4, country6) => {
    const countryOf = await load(
      anMmdb({
        "8.8.4.0/24": in_("AZ"),
        "8.128.0.0/9": in_("TR"),
        "2a02:4780:1::/48": in_("AZ"),
        "2a02:8000::/17": in_("TR"),
      }),
      kept,
    );
    expect([countryOf(of4), countryOf(of6)]).toEqual([country4, country6]);
  });

  it("where nothing is kept, nothing is asked", async () => {
    expect((await load(anMmdb({ "8.0.0.0/8": in_("US") }), { ipv4: 0, ipv6: 0 }))("")).toBe("");
  });
});

describe("a country is two capital letters, or empty", () => {
  it.each([
    ["AZ", { country_code: "AZ" }, "AZ"],
    ["small letters", { country_code: "az" }, "AZ"],
    ["as MaxMind has it", { country: { iso_code: "AZ" } }, "AZ"],
    ["Europe", { country_code: "EU" }, ""],
    ["Asia and the Pacific", { country_code: "AP" }, ""],
    ["unknown", { country_code: "ZZ" }, ""],
    ["a word", { country_code: "Azerbaijan" }, ""],
    ["a number", { country_code: 31 }, ""],
    ["a line break", { country_code: "AZ\n" }, ""],
    ["nothing", { country_code: "" }, ""],
    ["something else", { continent: "AS" }, ""],
  ])("%s", async (_, said, country) => {
    const countryOf = await load(anMmdb({ "8.8.0.0/16": said, "9.9.0.0/16": in_("US") }));
    expect(countryOf("8.8.0.0/16")).toBe(country);
  });
});

it.each([24, 28, 32] as const)(
  "files with records of %d bits are read, for IPv4 alone and for both",
  async (recordSize) => {
    for (const ipVersion of [4, 6] as const) {
      const countryOf = await load(
        anMmdb({ "8.8.0.0/17": in_("AZ"), "200.0.0.0/8": in_("BR") }, { recordSize, ipVersion }),
      );
      const asked = ["8.8.0.0/16", "200.9.0.0/16", "201.0.0.0/16", "2a02:4780::/32"];
      expect(asked.map(countryOf)).toEqual(["AZ", "BR", "", ""]);
    }
  },
);

describe("the database that is installed", async () => {
  const path = "@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb";
  const reader = new Reader<Response>(await readFile(createRequire(import.meta.url).resolve(path)));
  const countryOf = await loadCountries(usualBits);

  /** Address by address, as far as one answer reaches. */
  function mostOf(first: number): string {
    const votes = new Map<string, number>();
    for (let at = 0; at < 65_536; ) {
      const [said, bits] = reader.getWithPrefixLength(`${first >> 8}.${first & 255}.${at >> 8}.${at & 255}`);
      const size = Math.min(65_536, 2 ** (32 - bits));
      const country = (said as CountryResponse & { country_code?: string })?.country_code;
      if (country !== undefined) votes.set(country, (votes.get(country) ?? 0) + size);
      at += size;
    }
    return [...votes].reduce((best, one) => (one[1] > best[1] ? one : best), ["", 0] as const)[0];
  }

  it("answers for any network what counting its addresses one by one does", () => {
    fc.assert(
      fc.property(fc.nat(65_535), (first) => {
        expect(countryOf(`${first >> 8}.${first & 255}.0.0/16`)).toBe(mostOf(first));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["85.132.0.0/16", "AZ"],
    ["8.8.0.0/16", "US"],
    ["2001:4860::/32", "US"],
    ["2a00:1450::/32", "IE"],
  ])("%s → %j", (prefix, country) => {
    expect(countryOf(prefix)).toBe(country);
  });
});

describe("a file that cannot be used is a clear error at the start", () => {
  const good = anMmdb({ "8.0.0.0/8": in_("US") });
  const looping = Buffer.from(good);
  // The first node leads to itself.
  looping.fill(0, 0, 6);

  it.each([
    ["an empty one", Buffer.alloc(0)],
    ["another kind", Buffer.from("ip,country\n8.8.0.0,US\n")],
    ["one without its end", good.subarray(0, -20)],
    ["one without its beginning", good.subarray(300)],
    ["one that leads in circles", looping],
    ["one that names no country", anMmdb({ "8.0.0.0/8": { continent: "NA" } })],
  ])("%s", async (_, file) => {
    await expect(load(file)).rejects.toThrow(/^The database of countries, .*countries\.mmdb, cannot be used: ./);
  });

  it("one that is not there", async () => {
    await expect(loadCountries(usualBits, "/nonexistent/countries.mmdb")).rejects.toThrow(
      "The database of countries, /nonexistent/countries.mmdb, cannot be used: there is no such file",
    );
  });
});
