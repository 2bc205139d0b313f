/**
 * What an erasure does at one destination: all rows of a consent, those and the records of the consent that went there with
 * them, the rows of a stretch of time, or the campaign fields of its rows.
 */
export type Act = "rows" | "copies" | "range" | "campaign";

export interface Erased {
  /** What rested on these is to go. */
  readonly blocks: readonly string[];
  /** Whether only of a stretch of time. */
  readonly isRange: boolean;
}

/** The block without which a campaign is not kept. */
const campaigns = "marketing";

/**
 * `siteNeeds` are the blocks without which the site keeps no row, `undefined` where the site is not known any more: then
 * everything goes. `needs` are those of the destination; the records of a consent there go with its rows, since home keeps the proof.
 */
export function actAt(
  { blocks, isRange }: Erased,
  siteNeeds: readonly string[] | undefined,
  needs: readonly string[],
): Act | undefined {
  const isAll = siteNeeds === undefined || siteNeeds.some((block) => blocks.includes(block));
  if (isRange) return isAll ? "range" : undefined;
  if (needs.some((block) => blocks.includes(block))) return "copies";
  if (isAll) return needs.length > 0 ? "copies" : "rows";
  return blocks.includes(campaigns) ? "campaign" : undefined;
}
