/** What the act returns, or nothing when it throws: the page must not feel it, and storage may throw at a touch. */
export const attempt = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch {
    return undefined;
  }
};
