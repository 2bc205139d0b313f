import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { clientFinder, type TrustedProxies } from "../../collector/http/client.ts";
import { chains, forwarded, spellings } from "../intake/privacy/addresses.ts";

const trusted = ["127.0.0.0/8", "10.0.0.0/8", "2a02:4780::/32", "::1/128"];

/**
 * Asks a server that is there for the test how it finds the client of requests with these headers, each an instance as
 * it is sent. The peer is 127.0.0.1.
 */
async function storedOf(proxies: TrustedProxies, requests: readonly (readonly string[])[]): Promise<string[]> {
  const find = clientFinder(proxies);
  const server = createServer((request, response) => {
    // As JSON: a value may be empty.
    response.end(JSON.stringify(find(request).prefix()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const stored: string[] = [];
  for (const headers of requests) stored.push(await ask(port, headers));
  return stored;
}

async function ask(port: number, headers: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end(["GET / HTTP/1.1", "Host: shop.example", "Connection: close", ...headers, "", ""].join("\r\n"), "latin1");
  const [head = "", body = ""] = (
    await socket.setEncoding("latin1").reduce<string>((all, part) => all + part, "")
  ).split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1.1 200/);
  return JSON.parse(/"[^"]*"/.exec(body)?.[0] ?? "null");
}

const instances = (name: string, values: string | readonly string[]): string[] =>
  [values].flat().map((value) => `${name}: ${value}`);

/** Without a socket: for peers that this machine does not have. */
function find(peer: string | undefined, chain: string | undefined, cidrs = trusted): string {
  const header = "x-forwarded-for";
  const request = { socket: { remoteAddress: peer }, headers: { [header]: chain } } as unknown as IncomingMessage;
  return clientFinder({ cidrs, header })(request).prefix();
}

describe("CN-2.6, CN-2.8: over a real connection, what is stored of", () => {
  it("each spelling that a proxy may write", async () => {
    const requests = spellings.map(([text]) => instances("X-Forwarded-For", text));
    const stored = await storedOf({ cidrs: ["127.0.0.1/32"], header: "x-forwarded-for" }, requests);
    expect(spellings.map(([text], i) => [text, stored[i]])).toEqual(spellings);
  });

  it.each([
    ["x-forwarded-for", chains],
    ["x-real-ip", chains],
    ["forwarded", forwarded],
  ] as const)("each chain in %s", async (header, cases) => {
    const requests = cases.map(([, values]) => instances(header, values));
    const stored = await storedOf({ cidrs: trusted, header }, requests);
    expect(cases.map(([what], i) => [what, stored[i]])).toEqual(cases.map(([what, , expected]) => [what, expected]));
  });

  it("a client whose other headers say otherwise", async () => {
    const others = [
      "X-Real-IP: 9.9.9.9",
      "Forwarded: for=9.9.9.9",
      "X-Client-IP: 9.9.9.9",
      "CF-Connecting-IP: 9.9.9.9",
    ];
    const stored = await storedOf({ cidrs: trusted, header: "x-forwarded-for" }, [
      [...others, "x-forwarded-FOR: 8.8.4.4"],
      others,
    ]);
    expect(stored).toEqual(["8.8.0.0/16", ""]);
  });
});

describe("without trusted proxies", () => {
  it.each([
    ["the peer is the client", "8.8.4.4", undefined, "8.8.0.0/16"],
    ["what it says of itself is not heard", "8.8.4.4", "9.9.9.9", "8.8.0.0/16"],
    ["also not from this machine", "127.0.0.1", "9.9.9.9", ""],
    ["a socket for both families shows IPv4 as IPv6", "::ffff:8.8.4.4", "9.9.9.9", "8.8.0.0/16"],
    ["a socket that is closed has no address", undefined, "9.9.9.9", ""],
  ])("%s", (_, peer, chain, stored) => {
    expect(find(peer, chain, [])).toBe(stored);
  });
});

describe("a proxy is trusted by its address, however that is written", () => {
  it.each([
    ["IPv4", "10.0.0.1", ["10.0.0.0/8"]],
    ["IPv4 on a socket for both families", "::ffff:10.0.0.1", ["10.0.0.0/8"]],
    ["the same in hexadecimal", "::ffff:a00:1", ["10.0.0.0/8"]],
    ["a mapped network", "10.0.0.1", ["::ffff:10.0.0.0/104"]],
    ["both mapped", "::ffff:10.0.0.1", ["::ffff:a00:0/104"]],
    ["IPv6", "::1", ["::1/128"]],
    ["IPv6 of a link", "fe80::1%eth0", ["fe80::/10"]],
    ["everybody", "9.9.9.9", ["0.0.0.0/0"]],
  ])("%s", (_, peer, cidrs) => {
    expect(find(peer, "2620:fe::9", cidrs)).toBe("2620:fe::/32");
  });

  it("where everybody is trusted, the first of the chain is the client", () => {
    expect(find("9.9.9.9", "8.8.4.4, 9.9.9.9, 2a02:4780::1", ["0.0.0.0/0", "::/0"])).toBe("8.8.0.0/16");
  });
});

describe("who is no trusted proxy may write what it likes", () => {
  it.each([
    ["a stranger", "8.8.4.4", "8.8.0.0/16"],
    ["one whose ISATAP address names a proxy", "2620:fe::5efe:10.0.0.1", ""],
    ["one whose 6to4 address names a proxy", "2002:a00:1::1", ""],
    ["one without an address", undefined, ""],
  ])("%s", (_, peer, stored) => {
    expect(find(peer, "9.9.9.9")).toBe(stored);
    expect(find(peer, "9.9.9.9, 10.0.0.7")).toBe(stored);
  });
});

it("a trusted proxy that says nothing is not taken for the client", () => {
  expect(find("2a02:4780::1", undefined)).toBe("");
});

it("what is kept of an address is configured with the proxies", () => {
  const request = { socket: { remoteAddress: "8.8.4.4" }, headers: {} } as unknown as IncomingMessage;
  const proxies = { cidrs: [], header: "x-forwarded-for" };
  expect(clientFinder(proxies, { ipv4: 24, ipv6: 48 })(request).prefix()).toBe("8.8.4.0/24");
  expect(clientFinder(proxies, { ipv4: 0, ipv6: 0 })(request).prefix()).toBe("");
});
