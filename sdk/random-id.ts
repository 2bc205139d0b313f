/** 16 characters of `[0-9a-z]`: 80 bits, enough that two page views never meet. */
export function randomId(): string {
  // 256 is a multiple of 32, so that the last five bits of a byte are as likely as each other.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte % 32).toString(32)).join("");
}
