/** What the act returns, or nothing when it throws: the page must not feel it, and storage may throw at a touch. */
export const attempt = <T, Given>(act: (given: Given) => T, given?: Given): T | undefined => {
  try {
    return act(given as Given);
  } catch {
    return undefined;
  }
};
