/** Some 19 digits, 20 at most: 64 bits, enough that two page views of a visitor, or two sessions of a site, never meet. */
export function randomId(): string {
  return crypto.getRandomValues(new Uint32Array(2)).join("");
}
