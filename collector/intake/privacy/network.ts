import { isIP } from "node:net";
import { type Bytes, readBytes } from "./ip.ts";

/** All addresses that share their first bits. The others of `bytes` are zero. */
export interface Network {
  readonly bytes: Bytes;
  readonly bits: number;
}

/** Reads `10.0.0.0/8` or `2001:db8::/32`. One of IPv4-mapped addresses (`::ffff:10.0.0.0/104`) is one of IPv4. */
export function readNetwork(text: string): Network | undefined {
  const [, address = "", digits] = /^([^/%]+)\/(\d{1,3})$/.exec(text) ?? [];
  const bytes = readBytes(address);
  if (bytes === undefined) return undefined;
  const isMapped = bytes.length === 4 && isIP(address) === 6;
  const bits = Number(digits) - (isMapped ? 96 : 0);
  return bits >= 0 && bits <= bytes.length * 8 ? networkOf(bytes, bits) : undefined;
}

/** The network of that many bits in which an address is. */
export function networkOf(address: Bytes, bits: number): Network {
  return { bytes: address.map((byte, i) => byte & maskOf(i, bits)), bits };
}

export function contains({ bytes, bits }: Network, address: Bytes): boolean {
  if (bytes.length !== address.length) return false;
  for (let i = 0; i * 8 < bits; i++) if (bytes[i] !== ((address[i] ?? 0) & maskOf(i, bits))) return false;
  return true;
}

/** `198.51.0.0/16`, `2001:db8::/32`: short, as RFC 5952 wants it, for networks of 64 bits at most. */
export function textOf({ bytes, bits }: Network): string {
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}/${bits}`;
  const groups: string[] = [];
  for (let i = 0; i < 8; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  while (groups.at(-1) === "0") groups.pop();
  return `${groups.join(":")}::/${bits}`;
}

/** Which bits of the byte at `i` belong to the first `bits` of all. */
function maskOf(i: number, bits: number): number {
  const own = Math.max(0, Math.min(8, bits - i * 8));
  return (0xff00 >> own) & 0xff;
}
