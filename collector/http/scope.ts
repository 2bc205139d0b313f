/** What is to be erased: what rested on blocks, or what happened in a stretch of time; with neither, everything. */
export interface Scope {
  readonly blocks?: readonly string[] | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/**
 * Why nothing is done, for whoever asked: no last day is promised for what will not happen, and nothing goes that was not meant.
 * @param given the blocks of the consent; what was taken back already is one of them
 */
export function whyNotErased({ blocks, since, until }: Scope, given: readonly string[]): string | undefined {
  if (blocks !== undefined && (since !== undefined || until !== undefined)) return "blocks or a time, not both";
  if (blocks?.length === 0 || blocks?.some((block) => !given.includes(block))) return "blocks: those of the consent";
  // Also where one of them is no time at all.
  if (!((since ?? -Infinity) < (until ?? Infinity))) return "since: a time before until";
  return undefined;
}
