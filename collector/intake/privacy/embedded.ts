import type { Bytes } from "./ip.ts";

/**
 * The IPv4 address in an IPv6 address whose network was made from it: otherwise the first 32 bits of 6to4 would keep
 * half of it, and 48 bits all of it. Prefixes that one provider made up for itself (6rd, MAP) cannot be told from others.
 */
export function embeddedIPv4(b: Bytes): Bytes | undefined {
  const at = (from: number) => b.slice(from, from + 4);
  const starts = (...bytes: number[]) => bytes.every((byte, i) => b[i] === byte);
  const zeros = (from: number, to: number) => b.slice(from, to).every((byte) => byte === 0);
  // RFC 3056: 6to4.
  if (starts(0x20, 0x02)) return at(2);
  // RFC 4380: Teredo, whose client is inverted.
  if (starts(0x20, 0x01, 0, 0)) return at(12).map((byte) => byte ^ 0xff);
  // RFC 6052: NAT64.
  if (starts(0, 0x64, 0xff, 0x9b) && zeros(4, 12)) return at(12);
  // RFC 8215: NAT64 of one's own, of any length. In those that are shorter than 96 bits the address lies further left
  // and the end is zero; where it begins is not said, and no guess is made.
  if (starts(0, 0x64, 0xff, 0x9b, 0, 1) && !zeros(13, 16)) return at(12);
  // RFC 4291 §2.5.5.1: compatible. RFC 2765: translated.
  if (zeros(0, 12)) return at(12);
  if (zeros(0, 8) && b[8] === 0xff && b[9] === 0xff && zeros(10, 12)) return at(12);
  return undefined;
}

/** RFC 5214: the IPv4 address that the second half of an ISATAP address holds. The client itself may choose that half. */
export function isatapIPv4(b: Bytes): Bytes | undefined {
  const isIsatap = ((b[8] ?? 1) & 0xfd) === 0 && b[9] === 0 && b[10] === 0x5e && b[11] === 0xfe;
  return isIsatap ? b.slice(12) : undefined;
}
