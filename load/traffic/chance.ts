/** One of a list; those at the front far more often, as pages, browsers and words are in life. */
export const often = <T>(list: readonly T[]): T => list[Math.floor(Math.random() ** 2 * list.length)] as T;

export const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

export const upTo = (most: number): number => Math.floor(Math.random() * (most + 1));

/** As the SDK makes it for page views and sessions. */
export const randomId = (): string =>
  upTo(2 ** 52)
    .toString(36)
    .padStart(11, "0");

export const between = (from: number, to: number): number => from + upTo(Math.max(0, to - from));
