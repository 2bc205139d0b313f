/** Global Privacy Control or Do Not Track. They can only deny; only a later explicit grant on this site outweighs them. */
export function signalsRefusal(): boolean | undefined {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean };
  return globalPrivacyControl || doNotTrack === "1";
}
