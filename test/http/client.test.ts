import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { clientFinder } from "../../collector/http/client.ts";

const header = "x-forwarded-for";
const trusted = ["127.0.0.0/8", "10.0.0.0/8", "2a02:4780::/32", "::1/128"];

function find(peer: string | undefined, chain: string | undefined, cidrs = trusted): string {
  const request = { socket: { remoteAddress: peer }, headers: { [header]: chain } } as unknown as IncomingMessage;
  return clientFinder({ cidrs, header })(request).prefix();
}

const client = "8.8.4.4";
const network = "8.8.0.0/16";

describe("without trusted proxies", () => {
  it.each([
    ["the peer is the client", client, undefined],
    ["what it says of itself is not heard", client, "9.9.9.9"],
    ["also not from this machine", "127.0.0.1", "9.9.9.9"],
  ])("%s", (_, peer, chain) => {
    expect(find(peer, chain, [])).toBe(peer === client ? network : "");
  });
});

describe("behind a trusted proxy the client is the last one whom no trusted proxy is", () => {
  it.each([
    ["one hop", "127.0.0.1", client],
    ["two proxies", "127.0.0.1", `${client}, 10.0.0.7`],
    ["three proxies of both families", "::1", `${client}, 10.0.0.7, 2a02:4780::7`],
    ["an IPv4 proxy on a socket of IPv6", "::ffff:127.0.0.1", client],
    ["the same in hexadecimal", "::ffff:7f00:1", client],
    ["a mapped proxy in the chain", "127.0.0.1", `${client}, ::ffff:10.0.0.7`],
    ["a chain that the client has begun itself", "127.0.0.1", `9.9.9.9, ${client}`],
    ["a long one of those", "127.0.0.1", `${"9.9.9.9, ".repeat(500)}${client}`],
    ["a chain in which it says to be a proxy", "127.0.0.1", `9.9.9.9, 10.0.0.1, ${client}`],
    ["the header twice, joined by node", "127.0.0.1", `9.9.9.9, ${client}, 10.0.0.7`],
    ["no white space", "127.0.0.1", `9.9.9.9,${client},10.0.0.7`],
    ["much white space", "127.0.0.1", `9.9.9.9 ,\t ${client}  ,  10.0.0.7`],
    ["a port", "127.0.0.1", `${client}:51234`],
    ["ports on every hop", "127.0.0.1", `${client}:1, 10.0.0.7:2`],
    ["brackets", "127.0.0.1", `[::ffff:${client}]`],
    ["brackets and a port", "127.0.0.1", `[::ffff:${client}]:443, [2a02:4780::7]:80`],
  ])("%s", (_, peer, chain) => {
    expect(find(peer, chain)).toBe(network);
  });

  it("an IPv6 client is found with brackets and without", () => {
    expect(find("127.0.0.1", "2620:fe::9")).toBe("2620:fe::/32");
    expect(find("127.0.0.1", "[2620:fe::9]:443")).toBe("2620:fe::/32");
  });
});

it("a peer that is no trusted proxy may write what it likes", () => {
  expect(find(client, "9.9.9.9")).toBe(network);
  expect(find(client, "9.9.9.9, 10.0.0.7")).toBe(network);
});

describe("what cannot be read is unknown, and never the address to the left of it", () => {
  it.each([
    ["no header", undefined],
    ["an empty one", ""],
    ["an empty hop", "9.9.9.9, "],
    ["a word", "9.9.9.9, unknown"],
    ["an obfuscated name (RFC 7239)", "9.9.9.9, _hidden"],
    ["an address with a zone", "9.9.9.9, fe80::1%eth0"],
    ["a decimal number", "9.9.9.9, 134743044"],
    ["octal", "9.9.9.9, 010.0.0.1"],
    ["a broken bracket", "9.9.9.9, [::1"],
    ["nothing but proxies", "10.0.0.1, 10.0.0.2"],
  ])("%s", (_, chain) => {
    expect(find("127.0.0.1", chain)).toBe("");
  });

  it("a socket that is closed has no address", () => {
    expect(find(undefined, client)).toBe("");
  });
});
