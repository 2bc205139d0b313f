import { isIP } from "node:net";

/** An IP address as its bytes in the order of the wire: 4 of IPv4, 16 of IPv6. Numbers, so that nothing of a request's text lives on in it. */
export type Bytes = readonly number[];

// IPv6 takes 45 characters at most; the rest is room for a zone.
const longest = 64;

/**
 * Reads what `net.isIP` calls an address, and nothing else: octal, hexadecimal and single numbers are none. A zone
 * (`%eth0`) is left out, and an IPv4-mapped address is IPv4: it is how a socket for both families shows it (RFC 4291 §2.5.5.2).
 */
export function readBytes(text: string): Bytes | undefined {
  if (text.length > longest) return undefined;
  const version = isIP(text);
  if (version === 0) return undefined;
  const bytes: number[] = [];
  if (version === 4) readQuad(text, 0, bytes);
  else readGroups(text, bytes);
  return isMapped(bytes) ? bytes.slice(12) : bytes;
}

const [dot, colon, percent] = [0x2e, 0x3a, 0x25];

/** Reads the four numbers that begin at `from`. */
function readQuad(text: string, from: number, bytes: number[]): void {
  let byte = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === percent) break;
    if (code === dot) {
      bytes.push(byte);
      byte = 0;
    } else byte = byte * 10 + code - 0x30;
  }
  bytes.push(byte);
}

/** One pass over what is known to be IPv6; splitting takes three times as long. */
function readGroups(text: string, bytes: number[]): void {
  let gap = -1;
  let start = 0;
  let value = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? percent : text.charCodeAt(i);
    if (code === dot) {
      readQuad(text, start, bytes);
      break;
    }
    if (code !== colon && code !== percent) {
      value = value * 16 + (code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57);
      continue;
    }
    if (i > start) bytes.push(value >> 8, value & 0xff);
    else if (i > 0 && code === colon) gap = bytes.length;
    if (code === percent) break;
    start = i + 1;
    value = 0;
  }
  if (gap >= 0) bytes.splice(gap, 0, ...zeros.slice(bytes.length));
}

const zeros: readonly number[] = new Array(16).fill(0);

function isMapped(bytes: Bytes): boolean {
  if (bytes.length !== 16 || bytes[10] !== 0xff || bytes[11] !== 0xff) return false;
  return bytes.slice(0, 10).every((byte) => byte === 0);
}
