import { attempt } from "./attempt.ts";
import { isFull } from "./full.ts";

/** Global Privacy Control or Do Not Track. They can only deny; only a later explicit grant on this site outweighs them. */
const said = () =>
  (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl || navigator.doNotTrack === "1";

// On a server there may be no navigator, and only the package runs there.
export const isSignalled = isFull ? attempt(said) : said();
