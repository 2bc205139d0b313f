import type { Bytes } from "./ip.ts";
import { contains, type Network, readNetwork } from "./network.ts";

/** Whether an address is one that the internet routes to somebody. */
export function isPublic(address: Bytes): boolean {
  const [first = 0] = address;
  // RFC 4291 §2.4: of IPv6 only 2000::/3 has been given to anybody.
  if (address.length === 16 && (first & 0xe0) !== 0x20) return false;
  const networks = address.length === 4 ? special4[first] : special6;
  return networks === undefined || !networks.some((network) => contains(network, address));
}

/** The registries of special addresses (IANA, RFC 6890), and multicast. */
const special4 = byFirstByte([
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // shared behind a provider's NAT
  "127.0.0.0/8", // loopback
  "169.254.0.0/16", // link-local
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocols
  "192.0.2.0/24", // documentation
  "192.31.196.0/24", // AS112
  "192.52.193.0/24", // AMT
  "192.88.99.0/24", // relays of 6to4
  "192.168.0.0/16", // private
  "192.175.48.0/24", // AS112
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, broadcast
]);

const special6 = [
  "2001::/23", // protocols: benchmarks, ORCHID, AMT, AS112 and more; Teredo is read before
  "2001:db8::/32", // documentation
  "2620:4f:8000::/48", // AS112
  "3ffe::/16", // the 6bone, given back
  "3fff::/20", // documentation
].map(written);

/** Most addresses are then done after one look. */
function byFirstByte(texts: readonly string[]): Network[][] {
  const networks = texts.map(written);
  return Array.from({ length: 256 }, (_, first) =>
    networks.filter(({ bytes: [own = 0], bits }) => first >= own && first < own + 2 ** Math.max(0, 8 - bits)),
  );
}

function written(text: string): Network {
  const network = readNetwork(text);
  if (network === undefined) throw new Error(`${text} is no network`);
  return network;
}
