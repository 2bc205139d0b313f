import { mkdirSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { totalmem } from "node:os";
import { join } from "node:path";
import { uncoveredSql, writeAccess } from "./engine/access.ts";
import { exceptionOf } from "./engine/exception.ts";
import type { FromEngine, ToEngine } from "./engine/messages.ts";
import { engineVersion } from "./engine/native.ts";
import { responder } from "./engine/respond.ts";
import { roomIn } from "./engine/room.ts";
import { stopMarked } from "./engine/run.ts";
import { serve } from "./engine/serve.ts";
import { openStore, type Store } from "./engine/store.ts";
import { claimForVersion } from "./engine/version.ts";

/**
 * The embedded ClickHouse, a process of its own: a crash of the engine is no crash of the collector. It is started by
 * embedded.ts, which sends one message, and lives until it is told to end or the channel to its parent closes.
 */

/** How often it is looked whether the disk is full. */
const roomEveryMs = 200;
/** How long statements may go on after the end was asked for, and how long once they have been stopped. */
const graceMs = { running: 3_000, stopped: 3_000 };

if (process.send === undefined) {
  console.error("This is a part of the collector, which starts it by itself: npm start");
  process.exit(2);
}
// Ctrl-C reaches the whole process group. The parent decides when this ends.
process.on("SIGINT", () => undefined);
// A parent that was killed leaves closed pipes behind; whatever the engine still prints goes nowhere.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);
process.once("disconnect", dieAtOnce);
process.once("message", (message) => start(message as ToEngine));

async function start(options: ToEngine): Promise<void> {
  const inbox = join(options.dir, "inbox");
  const data = join(options.dir, "db");
  let store: Store | undefined;
  try {
    mkdirSync(inbox, { recursive: true, mode: 0o700 });
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const room = roomIn(options.dir);
    room.demand();
    const memory = { serverMemoryBytes: options.memoryBytes ?? Math.floor(totalmem() / 2) };
    claimForVersion(options.dir, engineVersion());
    store = openStore(data, writeAccess(options.dir, { analystReads: options.analystReads, ...memory }));
    // Only now: the engine's lock on the directory says that whatever is in there is nobody's.
    rmSync(inbox, { recursive: true });
    mkdirSync(inbox, { mode: 0o700 });
    process.chdir(inbox);
    const analysts = await analystsAllowed(store);
    const { bodyBytes, secret } = options;
    const server = serve(responder({ store, inbox, bodyBytes, room, onFull, analysts }), secret);
    setInterval(() => room.isThere() || onFull(), roomEveryMs).unref();
    endWith(server, store);
    const port = await listen(server, options.port);
    tell({ kind: "listening", port });
  } catch (thrown) {
    store?.close();
    tell({ kind: "failed", reason: reasonOf(thrown, options) }, () => process.exit(1));
  }
}

/** Fails closed: with a version of ClickHouse that has unknown system tables, there are no analysts. */
async function analystsAllowed(store: Store): Promise<boolean> {
  const unknown = await store.session(async (session) => (await session.query(uncoveredSql)).bytes?.toString() ?? "");
  if (unknown === "") return true;
  tell({ kind: "noAnalysts", tables: unknown.trim().split("\n") });
  return false;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** SIGTERM, or the parent gone: no more requests, an end to those that run, the data directory closed, exit 0. */
function endWith(server: Server, store: Store): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    // The engine must not be torn down under a statement: it would print failures for ever, holding the lock.
    setTimeout(() => stopMarked(store), graceMs.running);
    // Whoever still sends a request by then is cut off.
    setTimeout(() => server.closeAllConnections(), graceMs.running + graceMs.stopped);
    setTimeout(dieAtOnce, graceMs.running + 2 * graceMs.stopped);
    server.close(async () => {
      await store.idle();
      store.close();
      process.exit(0);
    });
    server.closeIdleConnections();
  };
  process.off("disconnect", dieAtOnce).once("disconnect", end);
  process.once("SIGTERM", end);
}

/** Nothing may happen between the look and the end: the channel is written to before the call returns. */
function onFull(): never {
  tell({ kind: "full" });
  dieAtOnce();
  throw new Error("unreachable: nothing comes after SIGKILL");
}

/** Without the engine's own farewell, which fails when it is busy. What was acknowledged is in its files. */
function dieAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}

function tell(message: FromEngine, sent: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, sent);
  else sent();
}

function reasonOf(thrown: unknown, { dir, port }: ToEngine): string {
  const { message } = exceptionOf(thrown);
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (code === "EADDRINUSE") return `Port ${port} on 127.0.0.1 is in use. Set RAZI_CLICKHOUSE_PORT to another one.`;
  return `The embedded ClickHouse cannot use ${dir}: ${message}`;
}
