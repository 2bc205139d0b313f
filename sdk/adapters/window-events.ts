/** Calls at once, and then at several events of the window, by names with spaces between. Returns the way to end it. */
export function onWindow(names: string, hear: () => void): () => void {
  const ending = new AbortController();
  for (const name of names.split(" ")) addEventListener(name, hear, { signal: ending.signal });
  hear();
  return () => ending.abort();
}
