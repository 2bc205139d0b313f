/** A row as it is stored. */
export type Row = Readonly<Record<string, unknown>>;
/** Rows, some at a time: all of them may be more than a process can hold. */
export type Batches = AsyncIterable<readonly Row[]>;

/** Of one statement: held whole, here and in the embedded engine, which answers no other way. */
export const pageRows = 10_000;
/** What goes on to whoever reads, about 100 kB: a slow one has taken it within the time that there is for it. */
const batchRows = 100;

/**
 * Rows in the order of a time, by as many statements as it takes. Each goes on from the time of the last row, of which there can be more:
 * a time, unlike a row's key, may be in the text of a statement. Between two statements the database holds nothing for a reader who is slow.
 * @param read of a column of times with milliseconds, those from one on, in the order of it
 */
export async function* paged(
  time: string,
  read: (from: string, part: string) => Promise<Row[]>,
  most = pageRows,
): AsyncGenerator<readonly Row[]> {
  let from = "1970-01-01 00:00:00.000";
  /** Rows of that very time that were read. */
  let known = 0;
  for (;;) {
    const rows = await read(from, `LIMIT ${most} OFFSET ${known}`);
    for (let i = 0; i < rows.length; i += batchRows) yield rows.slice(i, i + batchRows);
    if (rows.length < most) return;
    const last = String(rows.at(-1)?.[time]);
    const ofLast = rows.filter((row) => row[time] === last).length;
    known = last === from ? known + ofLast : ofLast;
    from = last;
  }
}

/** The first batch, and those behind it. */
export async function peek(batches: Batches): Promise<{ first: readonly Row[]; rest: Batches }> {
  const iterator = batches[Symbol.asyncIterator]();
  const { done, value } = await iterator.next();
  return { first: done ? [] : value, rest: { [Symbol.asyncIterator]: () => iterator } };
}
