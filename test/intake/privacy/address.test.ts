import { inspect } from "node:util";
import { serialize } from "node:v8";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { ClientAddress, type KeptBits } from "../../../collector/intake/privacy/address.ts";
import { outsideOfHeaders, spellings } from "./addresses.ts";

const prefix = (text: string, kept?: KeptBits) => new ClientAddress(text, kept).prefix();
const short = (text: string) => (text.length > 50 ? `${text.slice(0, 40)}…` : JSON.stringify(text));

describe("CN-2.6, CN-2.8: of an address only the network is kept, in whatever spelling", () => {
  it.each([...spellings, ...outsideOfHeaders].map(([text, stored]) => [short(text), stored, text] as const))(
    "%s → %j",
    (_, stored, text) => {
      expect(prefix(text)).toBe(stored);
    },
  );
});

describe("how much is kept is configured", () => {
  const address4 = "85.132.77.201";
  const address6 = "2a02:4789:abcd:ef01:2:3:4:5";
  it.each<[KeptBits, string, string]>([
    [{ ipv4: 0, ipv6: 0 }, "", ""],
    [{ ipv4: 1, ipv6: 1 }, "0.0.0.0/1", "::/1"],
    [{ ipv4: 8, ipv6: 16 }, "85.0.0.0/8", "2a02::/16"],
    [{ ipv4: 13, ipv6: 29 }, "85.128.0.0/13", "2a02:4788::/29"],
    [{ ipv4: 16, ipv6: 32 }, "85.132.0.0/16", "2a02:4789::/32"],
    [{ ipv4: 24, ipv6: 48 }, "85.132.77.0/24", "2a02:4789:abcd::/48"],
  ])("%j", (kept, of4, of6) => {
    expect([prefix(address4, kept), prefix(address6, kept)]).toEqual([of4, of6]);
  });
});

type Quad = [number, number, number, number];
const byte = fc.nat(255);
const quad = fc.tuple(byte, byte, byte, byte);
const group = fc.nat(0xffff);
const hex = (high: number, low: number) => ((high << 8) | low).toString(16);
const groups = ([a, b, c, d]: Quad) => `${hex(a, b)}:${hex(c, d)}`;

/** Every form in which an IPv6 address holds one of IPv4; the numbers fill what the form leaves open. */
const embeddings: Readonly<Record<string, (quad: Quad, x: number, y: number) => string>> = {
  mapped: (q) => `::ffff:${q.join(".")}`,
  "mapped in hexadecimal": (q) => `::ffff:${groups(q)}`,
  "mapped in full": (q) => `0:0:0:0:0:ffff:${groups(q)}`,
  translated: (q) => `::ffff:0:${q.join(".")}`,
  NAT64: (q) => `64:ff9b::${q.join(".")}`,
  "6to4": (q, x, y) => `2002:${groups(q)}:${x.toString(16)}::${y.toString(16)}`,
  ISATAP: (q, x, y) => `2a02:${x.toString(16)}:${y.toString(16)}::5efe:${groups(q)}`,
  "ISATAP, unique": (q, x) => `2a02:${x.toString(16)}:0:0:200:5efe:${groups(q)}`,
  Teredo: (q, x, y) =>
    `2001:0:${x.toString(16)}:${y.toString(16)}:8000:${x.toString(16)}:${groups(q.map((part) => part ^ 0xff) as Quad)}`,
};
const anEmbedding = fc.constantFrom(...Object.values(embeddings));

describe("CN-2.6, CN-2.8: IPv4 inside IPv6 is IPv4", () => {
  const masks = fc.constantFrom<KeptBits[]>({ ipv4: 16, ipv6: 32 }, { ipv4: 16, ipv6: 48 }, { ipv4: 9, ipv6: 48 });

  it.each(Object.entries(embeddings))(
    "%s, for any address: what is stored is what would be of the plain one",
    (_, spell) => {
      fc.assert(
        fc.property(quad, group, group, masks, (given, x, y, kept) => {
          const text = spell(given, x, y);
          const plain = prefix(given.join("."), kept);
          expect([prefix(text, kept), prefix(text.toUpperCase(), kept), prefix(`${text}%eth0`, kept)]).toEqual([
            plain,
            plain,
            plain,
          ]);
        }),
      );
    },
  );

  it("and nothing of its other bits has any bearing on what is stored", () => {
    fc.assert(
      fc.property(quad, byte, byte, anEmbedding, group, group, ([a, b, c, d], c2, d2, spell, x, y) => {
        const one = prefix(spell([a, b, c, d], x, y));
        const other = prefix(spell([a, b, c2, d2], x, y));
        // Some networks are reserved in part.
        expect(one === other || one === "" || other === "").toBe(true);
      }),
    );
  });
});

describe("for any address", () => {
  const anAddress = fc.array(group, { minLength: 8, maxLength: 8 });

  it("what is stored has its first bits, and then only zeros", () => {
    fc.assert(
      fc.property(fc.nat(32), anAddress, (ipv6, given) => {
        // In 2000::/3, where what is public is.
        const all = [((given[0] ?? 0) & 0x1fff) | 0x2000, ...given.slice(1)];
        const text = all.map((part) => part.toString(16)).join(":");
        const stored = prefix(text, { ipv4: 0, ipv6 });
        if (stored === "") return;
        const [network, bits] = ipaddr.IPv6.parseCIDR(stored);
        expect(bits).toBe(ipv6);
        expect(network.toByteArray()).toEqual(ipaddr.IPv6.networkAddressFromCIDR(`${text}/${ipv6}`).toByteArray());
        expect(stored).toBe(`${network.toRFC5952String()}/${bits}`);
      }),
      { numRuns: 1_000 },
    );
  });

  it("of IPv4 too, and it is empty exactly where another reader says that the address is special", () => {
    // These the other reader takes for public: AS112 and AMT.
    const served = [
      ipaddr.parseCIDR("192.31.196.0/24"),
      ipaddr.parseCIDR("192.52.193.0/24"),
      ipaddr.parseCIDR("192.175.48.0/24"),
    ];
    fc.assert(
      fc.property(quad, (given) => {
        const address = ipaddr.IPv4.parse(given.join("."));
        const special = address.range() !== "unicast" || served.some((range) => address.match(range));
        expect(prefix(given.join("."))).toBe(special ? "" : `${given[0]}.${given[1]}.0.0/16`);
      }),
      { numRuns: 5_000 },
    );
  });

  it("of any text at all nothing but a network is stored", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4Extended(), fc.ipV6(), fc.ipV4()), (text) => {
        expect(prefix(text)).toMatch(/^$|^\d{1,3}\.\d{1,3}\.0\.0\/16$|^[0-9a-f]{4}(:[0-9a-f]{1,4})?::\/32$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("the key of a limit", () => {
  const key = (text: string) => new ClientAddress(text).limitKey();
  it.each([
    ["an address and itself", "8.8.4.4", "8.8.4.4", true],
    ["two of one network", "8.8.4.4", "8.8.4.5", false],
    ["IPv4 and the same, mapped", "8.8.4.4", "::ffff:808:404", true],
    ["IPv4 and the same behind NAT64", "8.8.4.4", "64:ff9b::8.8.4.4", true],
    ["two behind NAT64", "64:ff9b::8.8.4.4", "64:ff9b::8.8.4.5", false],
    ["one household", "2a02:4780:1:2::1", "2a02:4780:1:2:ffff:ffff:ffff:ffff", true],
    ["two households", "2a02:4780:1:2::1", "2a02:4780:1:3::1", false],
    [
      "one household that writes as many ISATAP addresses as it likes",
      "2a02:4780:1:2::5efe:8.8.4.4",
      "2a02:4780:1:2::5efe:9.9.9.9",
      true,
    ],
  ])("%s", (_, one, other, same) => {
    expect(key(one) === key(other)).toBe(same);
  });

  it("says nothing of the address", () => {
    expect(key("8.8.4.4")).toMatch(/^[\w-]{43}$/);
    expect(Buffer.from(key("8.8.4.4"), "base64url").includes(Buffer.from([8, 8, 4, 4]))).toBe(false);
  });
});

describe("CN-2.6, CN-2.8: the full address cannot be printed by accident", () => {
  const text = "8.8.4.4";
  const address = new ClientAddress(text);
  it.each<[string, () => unknown]>([
    ["String()", () => String(address)],
    ["a template", () => `${address}`],
    ["concatenation", () => `x${address as unknown as string}`],
    ["JSON", () => JSON.stringify({ address })],
    ["inspect", () => inspect(address, { showHidden: true, depth: 9, getters: true })],
    ["inspect of a list", () => inspect([[address]])],
    ["inspect without custom views", () => inspect(address, { customInspect: false, showHidden: true, depth: 9 })],
    ["inspect of a proxy", () => inspect(new Proxy(address, {}), { showProxy: true, customInspect: false, depth: 9 })],
    ["keys", () => JSON.stringify([Object.keys(address), Object.values(address), Reflect.ownKeys(address)])],
    ["entries", () => Object.entries({ ...address }).join()],
    ["a copy", () => inspect(Object.assign({}, address))],
    ["structuredClone", () => inspect(structuredClone(address), { showHidden: true, depth: 9 })],
    ["serialize", () => serialize({ address }).toString("latin1")],
    ["an error", () => inspect(new Error(`no ${address}`, { cause: address }), { depth: 9 })],
  ])("%s", (_, print) => {
    const printed = String(print());
    expect(printed).not.toContain(text);
    // Nor as the bytes in which it is held.
    expect(printed).not.toMatch(/8\D{1,4}8\D{1,4}4\D{1,4}4/);
  });

  it("is named for what it is where it is printed", () => {
    expect([`${address}`, JSON.stringify(address), inspect(address)]).toEqual([
      "[redacted]",
      '"[redacted]"',
      "[redacted]",
    ]);
  });
});
