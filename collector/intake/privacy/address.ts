import { createHmac, randomBytes } from "node:crypto";
import { embeddedIPv4, isatapIPv4 } from "./embedded.ts";
import { type Bytes, readBytes } from "./ip.ts";
import { networkOf, textOf } from "./network.ts";
import { isPublic } from "./special.ts";

/** How many of an address's first bits may be stored; 0 for none. */
export interface KeptBits {
  readonly ipv4: number;
  readonly ipv6: number;
}

export const usualBits: KeptBits = { ipv4: 16, ipv6: 32 };

/**
 * The address of a client, wrapped so that nothing can print, log or serialise it by accident. Only this file
 * opens it, and only to shorten it or to hash it.
 */
export class ClientAddress {
  readonly #bytes: Bytes | undefined;
  readonly #kept: KeptBits;

  /** Of a text that is no address nothing is known, and nothing is kept. */
  constructor(text: string, kept: KeptBits = usualBits) {
    this.#bytes = readBytes(text);
    this.#kept = kept;
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
    const bytes = this.#bytes ?? [];
    // One household usually has a whole IPv6 /64, and may choose what follows: also what looks like ISATAP.
    const household = bytes.length === 4 ? bytes : (embeddedIPv4(bytes) ?? bytes.slice(0, 8));
    return createHmac("sha256", processKey).update(Uint8Array.from(household)).digest("base64url");
  }

  /** The part that may be stored, as `198.51.0.0/16`; empty for private, reserved and unreadable addresses. */
  prefix(): string {
    if (this.#bytes === undefined) return "";
    const address = plain(this.#bytes);
    const bits = address.length === 4 ? this.#kept.ipv4 : this.#kept.ipv6;
    return bits > 0 && isPublic(address) ? textOf(networkOf(address, bits)) : "";
  }
}

const processKey = randomBytes(32);

/** IPv4 inside IPv6, in whatever form, is IPv4. */
function plain(bytes: Bytes): Bytes {
  return bytes.length === 4 ? bytes : (embeddedIPv4(bytes) ?? isatapIPv4(bytes) ?? bytes);
}
