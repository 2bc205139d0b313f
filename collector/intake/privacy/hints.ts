import { browserFamily, osFamily } from "./families.ts";

/**
 * The client hints of low entropy that browsers send unasked (https://wicg.github.io/client-hints-infrastructure/, section
 * "low entropy hint table"). Those of high entropy (model, full versions, architecture) are neither asked for nor read.
 */
export interface Hints {
  /** `Sec-CH-UA`, such as `"Chromium";v="141", "Google Chrome";v="141", "Not?A_Brand";v="8"`. */
  readonly brands?: string | undefined;
  /** `Sec-CH-UA-Mobile`, `?1` or `?0`. */
  readonly mobile?: string | undefined;
  /** `Sec-CH-UA-Platform`, such as `"Windows"`. */
  readonly platform?: string | undefined;
}

export interface HintedBrand {
  readonly family: string;
  readonly major: number;
}

const longest = 256;
const brand = /"([A-Za-z ]{2,40})" ?; ?v="(\d{1,3})(?:\.[\d.]{0,16})?"/g;

/** The browser that the hint names. Next to its engine a browser names itself, and that name counts. */
export function hintedBrand(brands: string | undefined): HintedBrand | undefined {
  if (brands === undefined || brands === "") return undefined;
  let engine: HintedBrand | undefined;
  for (const [, name, version] of brands.slice(0, longest).matchAll(brand)) {
    const found = { family: browserFamily(name), major: Number(version) };
    if (found.family === "Chromium") engine = found;
    else if (found.family !== "Other") return found;
  }
  return engine;
}

/** The family of the system that the hint names; `undefined` without a hint. */
export function hintedOs(platform: string | undefined): string | undefined {
  const name = /^"([A-Za-z ]{1,20})"$/.exec(platform ?? "")?.[1];
  return name === undefined || name === "Unknown" ? undefined : osFamily(name);
}
