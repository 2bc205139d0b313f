import { type Classified, type Connection, type Finished, loadAddon } from "./native.ts";

/** A session with the engine, for one request. */
export interface Session {
  /** Runs SQL; the result comes formatted, by `format` unless the text has a FORMAT of its own. */
  query(sql: string, format?: string): Promise<Finished>;
  /** Runs an INSERT and counts what it wrote. */
  insert(sql: string): Promise<Finished>;
  classify(sql: string): Promise<Classified>;
}

export interface Store {
  /** Opens a session, and closes it when `use` is done. */
  session<T>(use: (session: Session) => Promise<T>): Promise<T>;
  /** Resolves when no session is open. */
  idle(): Promise<void>;
  /** To be called when idle. */
  close(): void;
}

/**
 * Opens a data directory. Settings, parameters and the role stick to a connection of chDB, so each request gets a new
 * one: it costs 0.4 ms, and nothing of one request can be seen by the next.
 */
export function openStore(path: string, args: readonly string[]): Store {
  const addon = loadAddon();
  // Held open, or the engine would unload the tables between two requests.
  const anchor = addon.CreateConnection(path, args);
  const open = new Set<Promise<unknown>>();

  return {
    session(use) {
      const session = inSession(use);
      open.add(session);
      return session.finally(() => open.delete(session));
    },
    async idle() {
      while (open.size > 0) await Promise.allSettled(open);
    },
    close: () => addon.CloseConnection(anchor),
  };

  async function inSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
    const connection = addon.CreateConnection(path);
    try {
      return await use(sessionOn(connection));
    } finally {
      // Only here, after the statement has ended: closing under a running one aborts the whole engine.
      addon.CloseConnection(connection);
    }
  }

  function sessionOn(connection: Connection): Session {
    return {
      query: (sql, format = "TabSeparated") => addon.QueryAsyncConnection(connection, sql, format),
      insert: (sql) => addon.InsertRawAsyncConnection(connection, "", Buffer.from(sql), false),
      classify: (sql) => addon.DurableClassifyAsync(connection, sql, "default"),
    };
  }
}
