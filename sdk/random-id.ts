/** Some 19 digits, 20 at most: 64 bits, enough that two page views of a visitor, or two sessions of a site, never meet. */
export const randomId = () => `${crypto.getRandomValues(new BigUint64Array(1))}`;
