import { attempt } from "./attempt.ts";
import { isFull } from "./full.ts";

/** Global Privacy Control or Do Not Track. They can only deny; only a later explicit grant on this site outweighs them. */
const ask = () =>
  (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl || navigator.doNotTrack === "1";

// Only the package is on a server, too, where there is nobody to ask.
export const isSignalled = isFull ? attempt(ask) : ask();
