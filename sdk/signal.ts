import { attempt } from "./attempt.ts";

/** Global Privacy Control or Do Not Track. They can only deny; only a later explicit grant on this site outweighs them. */
export const isSignalled = attempt(
  () => (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl || navigator.doNotTrack === "1",
);
