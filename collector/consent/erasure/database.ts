/**
 * A ClickHouse, as erasure needs it. No statement may have an id of a visitor in its text: logs and the files of mutations keep
 * texts. What a statement is about goes in before it, by `insert`, whose rows are no text.
 */
export interface Database {
  command(statement: string): Promise<void>;
  rows<T>(statement: string): Promise<T[]>;
  insert(table: string, rows: readonly object[]): Promise<void>;
}

/** Where rows went to. The first one is home: it has the requests, and the proof that stays. */
export interface ErasedPlace {
  readonly name: string;
  readonly needs: readonly string[];
  readonly database: Database;
}

/** The first number of an answer. */
export async function countOf(database: Database, statement: string): Promise<number> {
  const [row] = await database.rows<Record<string, number>>(statement);
  return Number(Object.values(row ?? {})[0] ?? 0);
}
