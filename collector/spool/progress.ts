/** A place between two records. */
export interface Position {
  /** First sequence number of the segment it lies in, which is the segment's name. */
  readonly segment: number;
  readonly offset: number;
  /** Sequence number of the record behind it. */
  readonly sequence: number;
  /** Rows of all records before it. */
  readonly rows: number;
}

/** The records between two places. */
export interface Span {
  readonly from: Position;
  readonly to: Position;
}

/**
 * How far shipping has come. While a backlog waits, what is fresh may overtake it, and then two stretches are done:
 *
 *      acknowledged       ahead.from      ahead.to       end
 *   done ──┤    backlog       ├──── done ─────┤   fresh   │
 *
 * When the backlog has been shipped, the two become one again.
 */
export interface Progress {
  /** Everything before it may leave the disk. */
  readonly acknowledged: Position;
  /** What overtook the backlog, and may leave the disk too. */
  readonly ahead?: Span | undefined;
  /** The number of the newest extent. Numbers are never given twice, also not after the cursor was lost. */
  readonly number: number;
  /** The newest extent, until it is acknowledged, and when the first of its records was written, where that is known. */
  readonly extent: (Span & { readonly at?: number | undefined }) | undefined;
}

/** After a yes to these records, which begin where the backlog does, or where what is fresh does. */
export function acknowledge({ acknowledged, ahead, number }: Progress, { from, to }: Span): Progress {
  const extent = undefined;
  if (ahead === undefined) return { acknowledged: to, number, extent };
  if (from.sequence >= ahead.from.sequence) return { acknowledged, ahead: { from: ahead.from, to }, number, extent };
  const isBacklogLeft = to.sequence < ahead.from.sequence;
  return isBacklogLeft ? { acknowledged: to, ahead, number, extent } : { acknowledged: ahead.to, number, extent };
}

/** Whether all records of a segment are acknowledged: those from `first` up to `limit`, where the next segment begins. */
export function isDone({ acknowledged, ahead }: Progress, first: number, limit: number): boolean {
  // Never one that begins where the writer is: it may be giving it up and making it anew under the same name right now.
  const isBefore = (to: Position) => first < to.sequence && (limit <= to.sequence || first < to.segment);
  return isBefore(acknowledged) || (ahead !== undefined && first >= ahead.from.sequence && isBefore(ahead.to));
}

/** What was synced when this was saved: nothing before it can be a torn tail. */
export function furthest({ acknowledged, ahead, extent }: Progress): Position {
  const places = [acknowledged, ...(ahead ? [ahead.to] : []), ...(extent ? [extent.to] : [])];
  return places.reduce((a, b) => (b.sequence > a.sequence ? b : a));
}

/** How many records wait that are before `end`, and how many rows. */
export function waiting({ acknowledged, ahead }: Progress, end: Pick<Position, "sequence" | "rows">) {
  const records = end.sequence - acknowledged.sequence - (ahead ? ahead.to.sequence - ahead.from.sequence : 0);
  const rows = end.rows - acknowledged.rows - (ahead ? ahead.to.rows - ahead.from.rows : 0);
  // A damaged record does not say how many rows it had, so behind one the count may lag until a whole one corrects it.
  return { records: Math.max(0, records), rows: records <= 0 ? 0 : Math.max(0, rows) };
}
