import { createHmac, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * The address of a client, wrapped so that nothing can print, log or serialise it by accident. Only this file
 * opens it, and only to shorten it or to hash it.
 */
export class ClientAddress {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toJSON(): string {
    return "[redacted]";
  }

  toString(): string {
    return "[redacted]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[redacted]";
  }

  /** A hash whose key dies with the process: tells requests from one address apart from others, and nothing more. */
  limitKey(): string {
    const address = canonical(this.#text);
    // One household usually has a whole IPv6 /64.
    const bytes = address?.toByteArray().slice(0, 8) ?? [];
    return createHmac("sha256", processKey).update(Uint8Array.from(bytes)).digest("base64url");
  }

  /** The part that may be stored: IPv4 /16 or IPv6 /32, as `198.51.0.0/16`; empty for private, reserved and unreadable ones. */
  prefix(): string {
    const address = canonical(this.#text);
    if (address === undefined || !isPublic(address)) return "";
    const bytes = address.toByteArray();
    if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.0.0/16`;
    return `${new ipaddr.IPv6([...bytes.slice(0, 4), ...new Array<number>(12).fill(0)]).toString()}/32`;
  }
}

const processKey = randomBytes(32);

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** IPv4 inside IPv6, in whatever spelling, is IPv4: otherwise the first 32 bits kept of 6to4 would be most of it. */
function canonical(text: string): Address | undefined {
  // isIP first: ipaddr.js alone also reads 3405803853 and octal forms.
  if (isIP(text) === 0) return undefined;
  const address = ipaddr.parse(text);
  if (address.kind() === "ipv4") return address;
  const inner = embeddedIPv4(address.toByteArray());
  return inner === undefined ? address : new ipaddr.IPv4(inner);
}

function embeddedIPv4(b: readonly number[]): number[] | undefined {
  const at = (from: number) => b.slice(from, from + 4);
  const zeros = (from: number, to: number) => b.slice(from, to).every((byte) => byte === 0);
  // RFC 4291 §2.5.5: mapped (::ffff:0:0/96) and compatible (::/96); RFC 2765: translated (::ffff:0:0:0/96).
  if (zeros(0, 10) && b[10] === 0xff && b[11] === 0xff) return at(12);
  if (zeros(0, 8) && b[8] === 0xff && b[9] === 0xff && zeros(10, 12)) return at(12);
  if (zeros(0, 12) && !zeros(12, 15)) return at(12);
  // RFC 6052 and 8215: NAT64. RFC 3056: 6to4. RFC 4380: Teredo, whose client is inverted. RFC 5214: ISATAP.
  if (b[0] === 0x00 && b[1] === 0x64 && b[2] === 0xff && b[3] === 0x9b) return at(12);
  if (b[0] === 0x20 && b[1] === 0x02) return at(2);
  if (b[0] === 0x20 && b[1] === 0x01 && b[2] === 0 && b[3] === 0) return at(12).map((byte) => byte ^ 0xff);
  if (((b[8] ?? 1) & 0xfd) === 0 && b[9] === 0 && b[10] === 0x5e && b[11] === 0xfe) return at(12);
  return undefined;
}

function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  const [first = 0] = address.toByteArray();
  // RFC 4291 §2.4: outside 2000::/3 nothing has been given to anybody.
  return address.kind() === "ipv4" || (first & 0xe0) === 0x20;
}
