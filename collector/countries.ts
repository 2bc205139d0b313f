import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { LRUCache } from "lru-cache";
import type { CountryOf } from "./intake/country.ts";
import type { KeptBits } from "./intake/privacy/address.ts";
import { type Network, readNetwork } from "./intake/privacy/network.ts";
import { partsOf } from "./mmdb.ts";

/**
 * Loads a database of countries, by default the one that is installed. A network that lies in several countries is in
 * the one that has most of its addresses; those of which nothing is known have no vote. The answers for the networks
 * that may be kept are worked out here and the file is let go, so that nothing narrower can be asked afterwards.
 * @param path a file in MaxMind's format that names countries by `country_code` or `country.iso_code`
 * @throws Error with a message for the operator
 */
export async function loadCountries(kept: KeptBits, path?: string): Promise<CountryOf> {
  try {
    const tables = tablesOf(await readFile(path ?? installed()), kept);
    // A binary search is quick; reading the text again is not.
    const answers = new LRUCache<string, string>({ max: 5_000 });
    return (prefix) => {
      const known = answers.get(prefix);
      if (known !== undefined) return known;
      const network = readNetwork(prefix);
      const country = network === undefined ? "" : find(tables, network);
      answers.set(prefix, country);
      return country;
    };
  } catch (cause) {
    const name = path === undefined ? "The database of countries" : `The database of countries, ${path},`;
    throw new Error(`${name} cannot be used: ${why(cause)}`, { cause });
  }
}

/** The countries of all networks of so many bits: each is that of the networks from its start to the next one's. */
interface Table {
  readonly bits: number;
  readonly starts: Float64Array;
  /** Of each, its place among the codes. */
  readonly countries: Uint16Array;
  readonly codes: readonly string[];
}

interface Tables {
  readonly ipv4: Table;
  readonly ipv6: Table;
}

function tablesOf(file: Buffer, kept: KeptBits): Tables {
  const eachPart = partsOf(file, codeIn);
  const tables = { ipv4: tableOf(eachPart, 4, kept.ipv4), ipv6: tableOf(eachPart, 16, kept.ipv6) };
  if ([tables.ipv4, tables.ipv6].every(({ codes }) => codes.join("") === "")) throw new Error("it names no country");
  return tables;
}

function tableOf(eachPart: ReturnType<typeof partsOf<string>>, bytes: 4 | 16, bits: number): Table {
  const starts: number[] = [];
  const countries: number[] = [];
  const codes = new Map<string, number>();
  const votes = new Map<string, number>();
  let open = 0;
  const close = (): void => {
    const code = winner(votes);
    votes.clear();
    const country = codes.get(code) ?? codes.size;
    codes.set(code, country);
    if (country === countries.at(-1)) return;
    starts.push(open);
    countries.push(country);
  };
  eachPart(bytes, (first, common, country) => {
    const number = numberOf(first, bits);
    if (number !== open) close();
    open = number;
    votes.set(country, (votes.get(country) ?? 0) + 2 ** -common);
  });
  close();
  return { bits, starts: Float64Array.from(starts), countries: Uint16Array.from(countries), codes: [...codes.keys()] };
}

/** What most addresses vote for; the first of equals. */
function winner(votes: ReadonlyMap<string, number>): string {
  let [best, most] = ["", 0];
  for (const [country, count] of votes) if (country !== "" && count > most) [best, most] = [country, count];
  return best;
}

/** The last one that starts at the number or before it. The first starts at 0. */
function find({ ipv4, ipv6 }: Tables, { bytes, bits: asked }: Network): string {
  const { bits, starts, countries, codes } = bytes.length === 4 ? ipv4 : ipv6;
  if (asked !== bits) return "";
  const number = numberOf(bytes, bits);
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= number) low = middle;
    else high = middle;
  }
  return codes[countries[low] ?? 0] ?? "";
}

/** The first bits of an address as a number: exact for 48, the most that may be kept. */
function numberOf(address: ArrayLike<number>, bits: number): number {
  let number = 0;
  for (let i = 0; i * 8 < bits; i++) number = number * 256 + (address[i] ?? 0);
  return Math.floor(number / 2 ** (Math.ceil(bits / 8) * 8 - bits));
}

/** Two capital letters; codes that stand for no country (AP, EU, XX, ZZ) are none. Kosovo is XK, which ISO leaves free for such use. */
function codeIn(said: unknown): string {
  const { country_code: plain, country } = (said ?? {}) as { country_code?: unknown; country?: { iso_code?: unknown } };
  const code = String(plain ?? country?.iso_code ?? "").toUpperCase();
  return /^(?!AP|EU|XX|ZZ)[A-Z]{2}$/.test(code) ? code : "";
}

function installed(): string {
  const require = createRequire(import.meta.url);
  return require.resolve("@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb");
}

function why(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  return code === "MODULE_NOT_FOUND" ? "the package that brings it is not installed" : message;
}
