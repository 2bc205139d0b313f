import { isFull } from "./full.ts";
import type { Options } from "./options.ts";

/** The options in the attributes of the script tag that is running, and where it is from: `data-manual` is `manual: true`. */
export function optionsOfTag(): Options & { details?: string } {
  // There is none for a module.
  const { src: collector, dataset = {} } = (document.currentScript || {}) as HTMLScriptElement;
  const options: Record<string, unknown> = { collector, ...dataset };
  if (isFull) {
    for (const name in dataset) options[name] ||= true;
    options.query = dataset.query?.split(" ");
  }
  return options as unknown as Options;
}
