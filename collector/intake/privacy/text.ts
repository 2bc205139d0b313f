import type { Redactions } from "./redactions.ts";
import { normalise } from "./text/normalise.ts";
import { redact } from "./text/redact.ts";

export { normalise };

/** How much longer a text may be while it is encoded: three rounds of percent make fourteen of a two-byte letter. */
const expansion = 16;
/** No value that identifies is longer, but for tokens, which are known by their beginning: RFC 5321 allows 254. */
const longestValue = 256;

/**
 * Decodes, normalises, replaces what identifies by its kind, and cuts at `longest` UTF-16 units. Counts into `found`.
 * Text that an allow-list lets through is still checked: pages put names and numbers into the oddest places.
 */
export function cleanText(text: string, longest: number, found: Redactions = {}): string {
  return redact(readable(text, longest * expansion), found)
    .slice(0, longest)
    .toWellFormed();
}

/** What the bound cuts may be half of a value and not look like one any more: as much as it could be goes too. */
function readable(text: string, bound: number): string {
  return text.length <= bound ? normalise(text) : normalise(text.slice(0, bound)).slice(0, -longestValue);
}
