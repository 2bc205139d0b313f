import type { Row } from "../../collector/consent/paged.ts";
import type { Copy } from "../../collector/consent/stored.ts";

export interface Rows {
  readonly events?: readonly Row[];
  readonly consents?: readonly Row[];
  readonly requests?: readonly Row[];
}

/** A copy of rows in memory. */
export function aCopy({ events = [], consents = [], requests = [] }: Rows = {}, close = async () => {}): Copy {
  return { events: batchOf(events), consents: batchOf(consents), requests: batchOf(requests), close };
}

async function* batchOf(rows: readonly Row[]) {
  if (rows.length > 0) yield rows;
}
