import type { Asked } from "./exchange.ts";

/** Whether the browser asks not to be tracked: Global Privacy Control or Do Not Track. */
export function hasSignal(asked: Asked): boolean {
  return asked.header("sec-gpc") === "1" || asked.header("dnt") === "1";
}
