import { isFull } from "./full.ts";
import type { StorageMode } from "./protocol.ts";

export interface Options {
  /** Id of the site, as the collector's configuration names it. */
  site: string;
  /** Origin of the collector, such as `https://stats.example`. Of a longer address the origin counts. */
  collector: string;
  /** Page views are then only those that the page reports with `view()`. */
  manual?: boolean | undefined;
  /** The site routes by the fragment: `#/products/1` and `#!/products/1` are then part of the path. */
  hash?: boolean | undefined;
  /** Tells the title of each page, which the collector keeps for a site that sets `titles`, without what identifies. */
  titles?: boolean | undefined;
  /** Blocks without which nothing is collected. Default: `analytics` and `processing`. */
  needs?: string[] | undefined;
  /** Query keys that may leave the page besides `utm_*`. All others are cut off: a GET form puts there what was typed. */
  query?: string[] | undefined;
  /** Where the consent lives on the device, as the site's policy declares it. Default: `persistent`. */
  storage?: StorageMode | undefined;
  /** Logs each event and each answer with `console.debug`, never a token or receipt. Only in the build for developers. */
  debug?: boolean | undefined;
}

/** There is one Razi on a page, so what it knows is the modules' own, which is smaller than handing it around. */
export let options: Options;
/** The name under which the device keeps what Razi knows. */
export let key: string;

/** Says whether they will do, or throws where the collector is no address. */
export const configure = (given: Options): unknown => {
  const { origin } = new URL(given.collector);
  options = { ...given, collector: `${origin}/v1/` };
  key = `razi:${given.site}`;
  // What has no origin says `null`, which has no fifth letter.
  const others = given.manual ?? given.hash ?? given.query ?? given.titles ?? given.needs;
  return given.site && origin[4] && (isFull || others === undefined);
};

/** Put there by the build, so that it costs visitors nothing. */
declare const RAZI_DEBUG: boolean;

/** Returns the first of it, to be passed on. */
export const debug = <What>(what: What, ...more: unknown[]): What => {
  if (typeof RAZI_DEBUG !== "undefined" && RAZI_DEBUG && options.debug) console.debug("razi", what, ...more);
  return what;
};
