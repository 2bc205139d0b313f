import { hideAcross } from "./across.ts";
import { isSpecial } from "./categories.ts";
import type { Redactions } from "./redactions.ts";
import { cleanSegment, keepSegment } from "./segment.ts";
import { normalise } from "./text.ts";

const longestPath = 512;
const longestValue = 100;

/** More segments than any page has, and more characters than are kept of one: what an address costs is bounded. */
const mostSegments = 64;
const longestRead = 1_024;

/**
 * The segments of a path as the most lenient server reads them: decoded until nothing is left to decode, split at what
 * then is a slash, without matrix parameters, empty segments and dot segments. `undefined` for a path of no page.
 */
export function splitPath(path: string): string[] | undefined {
  const read = path.length > longestRead ? cutWhole(path) : path;
  const encoded = read.split("/", mostSegments + 2);
  if (encoded.length > mostSegments + 1) return undefined;
  const words = decodeWords(read);
  const decoded = words === read ? encoded : (words?.split("/") ?? encoded.flatMap(decodeSegment));
  if (decoded.length > mostSegments + 1) return undefined;
  const segments: string[] = [];
  for (const segment of decoded) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return segments;
}

/** Without the segment that the bound goes through, of which nobody could say what half of it is. */
function cutWhole(path: string): string {
  return `${path.slice(0, path.lastIndexOf("/", longestRead))}/:id`;
}

/** The usual case in one go: words in Latin and Cyrillic letters, in which nothing can hide. */
function decodeWords(path: string): string | undefined {
  if (plain.test(path)) return path;
  try {
    const decoded = decodeURIComponent(path);
    return words.test(decoded) ? decoded.normalize("NFKC") : undefined;
  } catch {
    return undefined;
  }
}

const plain = /^[\w/.~@!$'()*+,:=-]*$/;
const words = /^[\p{Script=Latin}\p{Script=Cyrillic}\d/_.-]*$/u;

function decodeSegment(segment: string): string[] {
  let text = normalise(segment);
  // `normalise` stops after a few rounds; what is still encoded then was meant to pass unseen.
  for (let more = 0; more < 8 && text.includes("%"); more++) {
    const further = normalise(text);
    if (further === text) break;
    text = further;
  }
  return text.split(/[/\\]/).map((part) => part.replace(/[;?#].*$/s, "").trim());
}

/** The path that is kept. Where a template of the site declares a parameter, its values are the site's own and readable. */
export function keepPath(segments: readonly string[], template: readonly string[], found: Redactions): string[] {
  const kept: string[] = [];
  let length = 0;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i] ?? "";
    const before = segments[i - 1];
    const declared = template[i]?.startsWith(":");
    const text = declared ? keepValue(segment, found) : keepUndeclared(segment, before, kept, template[i], found);
    length += text.length + 1;
    // Whole segments are cut off, so that no replacement is halved.
    if (length > longestPath) break;
    kept.push(text);
  }
  hideAcross(segments, kept);
  return kept;
}

function keepValue(segment: string, found: Redactions): string {
  return cleanSegment(segment, longestValue, found).replaceAll("/", " ");
}

function keepUndeclared(
  segment: string,
  before: string | undefined,
  kept: readonly string[],
  declared: string | undefined,
  found: Redactions,
): string {
  if (isDatePart(segment, kept) || segment === "#") return segment;
  // The value of a special category, such as the segment after `/diagnosis/`, unless the site's template spells it out.
  if (before !== undefined && declared !== segment && isSpecial(before)) return ":id";
  return keepSegment(segment, found);
}

/** `/2026`, `/2026/11` and `/2026/11/22` say when a page was written, and name nobody. */
function isDatePart(segment: string, kept: readonly string[]): boolean {
  if (!/^\d{1,4}$/.test(segment)) return false;
  if (isYear.test(segment)) return true;
  const before = kept.at(-1) ?? "";
  if (isYear.test(before)) return Number(segment) >= 1 && Number(segment) <= 12;
  const isDay = /^\d{1,2}$/.test(before) && isYear.test(kept.at(-2) ?? "");
  return isDay && Number(segment) >= 1 && Number(segment) <= 31;
}

const isYear = /^20\d\d$/;

/**
 * The kind of a page that no template names: its path, but with `:date` for parts of a date and `:slug` for titles, and
 * `*` for what lies deep. So the pages of a blog are few kinds, and not one each.
 */
export function kindOf(kept: readonly string[]): string {
  const parts = kept.map((segment) => (date.test(segment) ? ":date" : title.test(segment) ? ":slug" : segment));
  const named = parts.filter((part, i) => part !== ":date" || parts[i - 1] !== ":date");
  return `/${(named.length > deepest ? [...named.slice(0, deepest), "*"] : named).join("/")}`;
}

const deepest = 6;
const date = /^\d+(?:$|-\d\d(?:$|-))/;
/** Five words and more. */
const title = /^(?:[^-_ ]*[-_ ]){4}/;

/**
 * A route that the page itself tells, in `data-razi-route`. It is believed where it is a template, fits the path, and spells out
 * nothing that the filter would not keep: then its parameters stand in for their values.
 */
export function readHint(
  hint: string,
  segments: readonly string[],
  kept: readonly string[],
  found: Redactions,
): Hinted | undefined {
  if (hint.length > 200 || !/^\/\S*$/.test(hint)) return undefined;
  const template = hint.split("/").filter((segment) => segment !== "");
  const open = template.at(-1) === "*";
  const named = open ? template.slice(0, -1) : template;
  if (open ? segments.length < named.length : segments.length !== named.length) return undefined;
  const fits = named.every((segment, i) =>
    parameter.test(segment)
      ? keepSegment(segment.slice(1), found) === segment.slice(1)
      : segment === segments[i] && segment === kept[i],
  );
  if (!fits) return undefined;
  return { route: `/${template.join("/")}`, kept: [...named, ...kept.slice(named.length)] };
}

interface Hinted {
  readonly route: string;
  /** The path with the names of the parameters in place of their values. */
  readonly kept: readonly string[];
}

const parameter = /^:[a-z]\w{0,31}$/i;
