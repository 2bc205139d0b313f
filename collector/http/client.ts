import type { IncomingMessage } from "node:http";
import { ClientAddress, type KeptBits } from "../intake/privacy/address.ts";
import { readBytes } from "../intake/privacy/ip.ts";
import { contains, readNetwork } from "../intake/privacy/network.ts";
import { forwardedFor } from "./forwarded.ts";

/** Who may say, in which header, what a client's address is. */
export interface TrustedProxies {
  readonly cidrs: readonly string[];
  /** In lower case. `forwarded` is read as RFC 7239 says, any other as a list of addresses. */
  readonly header: string;
}

export type FindClient = (request: IncomingMessage) => ClientAddress;

// More proxies in a row than anybody has: what a long header costs is bounded.
const longestChain = 32;

/**
 * Finds whose request it is: the peer, or where the peer is a trusted proxy, the last address of the header that
 * no trusted proxy has; the first one where all are trusted. What a client writes into the header itself stands further
 * left and is not reached. A hop that cannot be read ends the search without an address.
 */
export function clientFinder({ cidrs, header }: TrustedProxies, kept?: KeptBits): FindClient {
  const networks = cidrs.map((cidr) => {
    const network = readNetwork(cidr);
    if (network === undefined) throw new Error(`${cidr} is no network`);
    return network;
  });
  // An IPv4-mapped address is IPv4 here, but no other form is: everybody may have an ISATAP address of 10.0.0.1.
  const isTrusted = (address: string): boolean => {
    if (networks.length === 0) return false;
    const bytes = readBytes(address);
    return bytes !== undefined && networks.some((network) => contains(network, bytes));
  };
  const hopsOf = header === "forwarded" ? forwardedFor : (list: string) => list.split(",");
  return (request) => {
    let address = request.socket.remoteAddress ?? "";
    if (!isTrusted(address)) return new ClientAddress(address, kept);
    // node joins the instances of the header, in order, with commas; the configuration takes no other header.
    const hops = hopsOf(String(request.headers[header] ?? ""));
    const first = Math.max(0, hops.length - longestChain);
    address = "";
    for (let i = hops.length - 1; i >= first; i--) {
      address = bare(hops[i] ?? "");
      if (!isTrusted(address)) return new ClientAddress(address, kept);
    }
    return new ClientAddress(first === 0 ? address : "", kept);
  };
}

/** Without white space, brackets and port, which RFC 7239 lets be a name. */
function bare(hop: string): string {
  const text = hop.trim();
  const found = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::(?:\d{1,5}|_[\w.-]+))?$/.exec(text);
  return found?.[1] ?? found?.[2] ?? text;
}
