/** The one message from the collector to the engine. The secret goes this way: a channel, no argument, file or variable. */
export interface ToEngine {
  readonly dir: string;
  /** 0 is any free port. */
  readonly port: number;
  /** The password of the user `razi`. */
  readonly secret: string;
  /** What analysts may read: `db.*`, `db.table` or `*.*`. */
  readonly analystReads: readonly string[];
  /** The most that one request's body may have, inflated. */
  readonly bodyBytes: number;
  /** For all statements together; half of the machine's memory if absent. */
  readonly memoryBytes?: number;
}

/** What the engine says of its start, and of an end that is not by itself. */
export type FromEngine =
  | { readonly kind: "noAnalysts"; readonly tables: readonly string[] }
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "full" };
