import { describe, expect, it } from "vitest";
import { readBytes } from "../../../collector/intake/privacy/ip.ts";
import { contains, readNetwork, textOf } from "../../../collector/intake/privacy/network.ts";

const has = (network: string, address: string) => {
  const [read, bytes] = [readNetwork(network), readBytes(address)];
  return read !== undefined && bytes !== undefined && contains(read, bytes);
};

describe("a network has", () => {
  it.each([
    ["10.0.0.0/8", "10.255.255.255", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.9.9.9/8", "10.0.0.1", true],
    ["10.128.0.0/9", "10.128.0.1", true],
    ["10.128.0.0/9", "10.127.255.255", false],
    ["10.0.0.1/32", "10.0.0.1", true],
    ["10.0.0.1/32", "10.0.0.2", false],
    ["0.0.0.0/0", "8.8.4.4", true],
    ["0.0.0.0/0", "2a02::1", false],
    ["::/0", "2a02::1", true],
    ["::/0", "8.8.4.4", false],
    ["2a02:4780::/29", "2a02:4787:ffff::1", true],
    ["2a02:4780::/29", "2a02:4788::1", false],
    ["fe80::/10", "fe80::1%eth0", true],
    ["10.0.0.0/8", "::ffff:10.0.0.1", true],
    ["::ffff:10.0.0.0/104", "10.0.0.1", true],
    ["::ffff:a00:0/104", "::ffff:10.0.0.1", true],
    ["::ffff:10.0.0.0/104", "11.0.0.1", false],
    ["::ffff:0:0/96", "8.8.4.4", true],
    ["10.0.0.0/8", "::10.0.0.1", false],
    ["10.0.0.0/8", "64:ff9b::10.0.0.1", false],
    ["10.0.0.0/8", "2002:a00:1::", false],
    ["10.0.0.0/8", "2a02::5efe:10.0.0.1", false],
  ])("%s: %s? %j", (network, address, expected) => {
    expect(has(network, address)).toBe(expected);
  });
});

it.each(["", "/8", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8.0", "10.0/8", "2a02::/129"])(
  "%j is no network",
  (text) => {
    expect(readNetwork(text)).toBeUndefined();
  },
);

it.each(["10.0.0.0/8/8", "::ffff:10.0.0.0/8", "fe80::1%eth0/64", "a/8", " 10.0.0.0/8", "10.0.0.0/8 ", "010.0.0.0/8"])(
  "%j is none either",
  (text) => {
    expect(readNetwork(text)).toBeUndefined();
  },
);

it.each(["10.0.0.0/8", "8.8.0.0/16", "::/0", "2000::/3", "2a02:4780::/32", "2a02:0:5::/48", "2a02:4780:0:8000::/64"])(
  "%s is written as it was read",
  (text) => {
    const network = readNetwork(text);
    expect(network && textOf(network)).toBe(text);
  },
);
