import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ClientAddress } from "../../../collector/intake/privacy/address.ts";

const prefix = (text: string) => new ClientAddress(text).prefix();

describe("CN-2.6, CN-2.8: of an address only the network is kept", () => {
  it.each([
    ["IPv4", "8.8.4.4", "8.8.0.0/16"],
    ["another of the same network", "8.8.255.1", "8.8.0.0/16"],
    ["the lowest public one", "1.0.0.0", "1.0.0.0/16"],
    ["the highest public one", "223.255.255.255", "223.255.0.0/16"],
    ["IPv6", "2a02:4780:1:2:3:4:5:6", "2a02:4780::/32"],
    ["IPv6 in full", "2A02:4780:0001:0002:0003:0004:0005:0006", "2a02:4780::/32"],
    ["IPv6 with a short network", "2620::1", "2620::/32"],
    ["a zone does not matter", "2a02:4780::1%eth0", "2a02:4780::/32"],
  ])("%s", (_, text, expected) => {
    expect(prefix(text)).toBe(expected);
  });
});

describe("IPv4 inside IPv6 is IPv4, in any spelling", () => {
  it.each([
    ["mapped, dotted", "::ffff:8.8.4.4"],
    ["mapped, dotted, capitals", "::FFFF:8.8.4.4"],
    ["mapped, hexadecimal", "::ffff:808:404"],
    ["mapped, in full", "0:0:0:0:0:ffff:0808:0404"],
    ["mapped, in full and padded", "0000:0000:0000:0000:0000:ffff:8.8.4.4"],
    ["mapped, with a zone", "::ffff:8.8.4.4%eth0"],
    ["compatible, dotted", "::8.8.4.4"],
    ["compatible, hexadecimal", "::808:404"],
    ["translated (RFC 2765)", "::ffff:0:8.8.4.4"],
    ["NAT64, well-known (RFC 6052)", "64:ff9b::8.8.4.4"],
    ["NAT64, hexadecimal", "64:ff9b::808:404"],
    ["NAT64, local (RFC 8215)", "64:ff9b:1::8.8.4.4"],
    ["6to4 (RFC 3056)", "2002:808:404::1"],
    ["6to4, in full", "2002:0808:0404:abcd:1:2:3:4"],
    ["Teredo (RFC 4380), inverted", "2001:0:4136:e378:8000:63bf:f7f7:fbfb"],
    ["ISATAP (RFC 5214), global", "2a02:4780:1:2:200:5efe:8.8.4.4"],
    ["ISATAP, not unique", "2a02:4780:1:2:0:5efe:808:404"],
    ["ISATAP, link-local", "fe80::5efe:808:404"],
  ])("%s", (_, text) => {
    expect(prefix(text)).toBe("8.8.0.0/16");
  });
});

describe("what is private, reserved or nobody's has no network to keep", () => {
  it.each([
    "0.0.0.0",
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.1.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.4",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "100::1",
    "2001:db8::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "::ffff:10.1.2.3",
    "::10.1.2.3",
    "64:ff9b::192.168.1.1",
    "2002:c0a8:101::1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3f57:fefe",
    "fe80::5efe:192.168.1.1",
  ])("%s", (text) => {
    expect(prefix(text)).toBe("");
  });
});

describe("what is no address is empty, and not guessed at", () => {
  it.each([
    ["nothing", ""],
    ["a word", "unknown"],
    ["one decimal number", "134743044"],
    ["hexadecimal", "0x08080404"],
    ["octal parts", "010.010.04.04"],
    ["hexadecimal parts", "0x8.0x8.0x4.0x4"],
    ["leading zeros", "008.008.004.004"],
    ["three parts", "8.8.4"],
    ["five parts", "8.8.4.4.4"],
    ["a part too large", "8.8.4.256"],
    ["a negative part", "8.8.4.-1"],
    ["white space", " 8.8.4.4"],
    ["a line break", "8.8.4.4\n"],
    ["a port", "8.8.4.4:443"],
    ["brackets", "[2a02:4780::1]"],
    ["two ellipses", "2a02::4780::1"],
    ["nine groups", "1:2:3:4:5:6:7:8:9"],
    ["a network", "8.8.4.4/32"],
    ["fullwidth digits", "８.８.４.４"],
    ["Arabic digits", "٨.٨.٤.٤"],
    ["a list", "8.8.4.4, 9.9.9.9"],
    ["a million characters", "8".repeat(1_000_000)],
  ])("%s", (_, text) => {
    expect(prefix(text)).toBe("");
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
    ["inspect without custom views", () => inspect(address, { customInspect: false, showHidden: true })],
    ["keys", () => JSON.stringify([Object.keys(address), Object.values(address), Reflect.ownKeys(address)])],
    ["for in", () => Object.entries({ ...address }).join()],
    ["a copy", () => inspect(Object.assign({}, address))],
    ["structuredClone", () => inspect(structuredClone(address))],
    ["an error", () => inspect(new Error(`no ${address}`, { cause: address }))],
  ])("%s", (_, print) => {
    expect(print()).not.toContain(text);
  });

  it("is named for what it is where it is printed", () => {
    expect([`${address}`, JSON.stringify(address), inspect(address)]).toEqual([
      "[redacted]",
      '"[redacted]"',
      "[redacted]",
    ]);
  });
});
