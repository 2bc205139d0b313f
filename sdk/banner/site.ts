import type { StorageMode } from "../protocol.ts";
import type { Words } from "./words.ts";

/** What the collector puts in front of the banner's code: all that it needs of one site, so that it asks for nothing more. */
export interface BannerSite {
  readonly site: string;
  /** Blocks without which nothing is collected. */
  readonly needs: readonly string[];
  /** Where the consent lives on the device. */
  readonly storage?: StorageMode | undefined;
  /** Whether the collector counts, as a number only, who refuses. */
  readonly countsRefusals?: boolean | undefined;
  /** The first is for visitors whose language has none. */
  readonly notices: readonly [BannerNotice, ...BannerNotice[]];
}

/** A notice in one language, word for word as its hash covers it, and the banner's own words. */
export interface BannerNotice {
  readonly lang: string;
  readonly hash: string;
  readonly title: string;
  /** Empty lines separate paragraphs. */
  readonly text: string;
  readonly blocks: readonly { readonly id: string; readonly title: string; readonly text: string }[];
  readonly words: Words;
}
