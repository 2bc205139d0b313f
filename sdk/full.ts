/** Put there by the build. */
declare const RAZI_FULL: boolean;

/**
 * Whether this is all of Razi. `razi.js` leaves out what most sites do not ask for, so that most visitors need not load
 * it: other storage than `persistent`, routing by fragment, titles, services that are seen, and files known by their
 * names. `razi.full.js`, the banner's script and the package for bundlers have it.
 */
export const isFull = typeof RAZI_FULL === "undefined" || RAZI_FULL;
