/** Some 20 characters of `[0-9a-z]`, 21 at most: 96 bits, enough that two page views never meet. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
}
