import { fold } from "./fold.ts";

/** What intake has to know of a site. */
export interface SiteRules {
  readonly id: string;
  /** Blocks without which no event is kept. */
  readonly needs: readonly string[];
  /** Hash of the meaning of the policy in force. */
  readonly policyHash: string;
  readonly retentionMs: number;
  /** Whether the titles of pages are kept, after they were looked through like any text. */
  readonly titles: boolean;
  /** Hosts that are the site itself, lower case. */
  readonly hosts: ReadonlySet<string>;
  readonly urls: UrlRules;
}

export interface UrlRules {
  /** Query keys that may be kept. */
  readonly query: ReadonlySet<string>;
  /** Route templates such as `/products/:sku`, tried in order. */
  readonly routes: readonly RouteTemplate[];
  /** Pages that yield no event at all. */
  readonly sensitive: readonly RouteTemplate[];
  /** Whether the site routes by fragment (`#/cart`, `#!/cart`). Otherwise no fragment is kept. */
  readonly hash?: boolean;
}

export interface RouteTemplate {
  readonly template: string;
  /** Its segments; a segment that begins with `:` stands for any one, a last `*` for all that follow. */
  readonly segments: readonly string[];
  /** The same as `foldPath` has them, to match a page in whatever spelling. */
  readonly folded: readonly string[];
}

export function routeTemplate(template: string): RouteTemplate {
  const segments = template.split("/").filter((segment) => segment !== "");
  return { template, segments, folded: foldPath(segments) };
}

/** Whether a template, as its segments, fits a path. */
export function matchesRoute(segments: readonly string[], path: readonly string[]): boolean {
  const open = segments.at(-1) === "*";
  if (open ? path.length < segments.length - 1 : path.length !== segments.length) return false;
  return segments.every((segment, i) => segment === "*" || segment.startsWith(":") || segment === path[i]);
}

/**
 * A path as a lenient server reads it: without case and marks, trailing dots, the suffix of a format (Rails answers
 * `/account.json` as `/account`) and the name of an index page.
 */
export function foldPath(path: readonly string[]): string[] {
  const folded = path.map((segment) => (isFolded.test(segment) ? segment : fold(segment).replace(/[. ]+$/, "")));
  const last = folded.pop()?.replace(/(?<=.)\.[a-z\d]{1,5}$/, "");
  return last === undefined || last === "index" || last === "" ? folded : [...folded, last];
}

const isFolded = /^[a-z\d-]*$/;
