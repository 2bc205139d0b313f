import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { ClientAddress } from "../intake/privacy/address.ts";

/** Who may say, in which header, what a client's address is. */
export interface TrustedProxies {
  readonly cidrs: readonly string[];
  readonly header: string;
}

export type FindClient = (request: IncomingMessage) => ClientAddress;

/**
 * Finds whose request it is: the peer, or where the peer is a trusted proxy, the last address of the header that
 * no trusted proxy has. What a client writes into the header itself stands further left and is never reached.
 */
export function clientFinder({ cidrs, header }: TrustedProxies): FindClient {
  const trusted = new BlockList();
  for (const cidr of cidrs) {
    const [network = "", bits] = cidr.split("/");
    trusted.addSubnet(network, Number(bits), isIP(network) === 6 ? "ipv6" : "ipv4");
  }
  const isTrusted = (address: string): boolean => {
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 6 ? "ipv6" : "ipv4");
  };
  return (request) => {
    let address = request.socket.remoteAddress ?? "";
    if (cidrs.length === 0 || !isTrusted(address)) return new ClientAddress(address);
    // node joins the instances of most headers, in order, with commas.
    const hops = String(request.headers[header] ?? "").split(",");
    for (let i = hops.length - 1; i >= 0 && isTrusted(address); i--) address = bare(hops[i] ?? "");
    return new ClientAddress(address);
  };
}

/** Without white space, brackets and port. */
function bare(hop: string): string {
  const text = hop.trim();
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed?.[1] !== undefined) return bracketed[1];
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text);
  return withPort?.[1] ?? text;
}
