import { createRequire } from "node:module";
import { dirname, join } from "node:path";

declare const opaque: unique symbol;

/** One session of the engine: its settings, parameters, role and current database. Runs one statement at a time. */
export interface Connection {
  readonly [opaque]: true;
}

/** What a finished statement says. `rowsWritten` comes from the insert call only. */
export interface Finished {
  readonly bytes?: Buffer;
  readonly elapsed: number;
  readonly rowsRead?: number;
  readonly bytesRead?: number;
  readonly rowsWritten?: number;
  readonly bytesWritten?: number;
}

/** ClickHouse's own parser on a text: how many statements, and 0 for "reads only", 1–2 writes, 3 control, 4 not understood. */
export interface Classified {
  readonly statementCount: number;
  readonly queryClass: 0 | 1 | 2 | 3 | 4;
}

interface Addon {
  CreateConnection(path: string, args?: readonly string[]): Connection;
  CloseConnection(connection: Connection): void;
  QueryAsyncConnection(connection: Connection, sql: string, format: string): Promise<Finished>;
  InsertRawAsyncConnection(c: Connection, prefix: string, payload: Buffer, countLines: boolean): Promise<Finished>;
  DurableClassifyAsync(connection: Connection, sql: string, database: string): Promise<Classified>;
}

const require = createRequire(import.meta.url);
const manifest = require.resolve("chdb/package.json");

/** Of chDB, each of which has one version of ClickHouse in it. */
export const engineVersion = (): string => require(manifest).version;

/**
 * chDB's native calls. Its public `Session` has no way to ask the parser, and queues every statement with parameters of
 * the whole process behind one another, so a long report would hold up the collector. The version is pinned.
 */
export function loadAddon(): Addon {
  const { loadNative } = require(join(dirname(manifest), "dist", "loader.js"));
  return loadNative() as Addon;
}
