import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { constants, getPriority, setPriority } from "node:os";
import { createInterface } from "node:readline";
import { backoffMs } from "./backoff.ts";
import type { FromEngine, ToEngine } from "./engine/messages.ts";

export interface EmbeddedOptions {
  /** Where the engine keeps everything; made if it is not there. */
  dir: string;
  /** On 127.0.0.1. 0 is any free one, kept over restarts. */
  port: number;
  /** The built script of the engine, `dist/engine.js`. */
  entry: string;
  log: (event: EngineEvent) => void;
  /** What the user `analyst` may read: `db.*`, `db.table`, or all if absent. */
  analystReads?: readonly string[];
  /** The most that one request's body may have; 64 MiB if absent. */
  bodyBytes?: number;
  /** Bound for all statements together; half of the machine's memory if absent. */
  memoryBytes?: number;
}

/** What an operator should know of. What the engine prints is not passed on: in a crash it prints the statement, rows and all. */
export type EngineEvent =
  | { readonly kind: "noAnalysts"; readonly tables: readonly string[] }
  /** It ended because its disk is full, and starts again when there is room. */
  | { readonly kind: "full" }
  | {
      readonly kind: "ended";
      readonly exit: number | null;
      readonly signal: string | null;
      /** How many lines it had printed. */
      readonly lines: number;
      readonly restartInMs: number;
    };

export interface Embedded {
  /** Valid once ready. */
  readonly url: string;
  readonly user: "razi";
  readonly password: string;
  /** Resolves when it answers; rejects, in words for an operator, when its first start failed. */
  ready(): Promise<void>;
  /** How often it died and was started again. */
  restarts(): number;
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** A run this long was a good one: the next failure starts counting anew. */
const healthyMs = 30_000;
/** Longer than the engine itself takes to give up on a statement. */
const patienceMs = 15_000;

/** Runs the embedded ClickHouse in a child process, and starts it again when it dies. */
export function startEmbedded(options: EmbeddedOptions): Embedded {
  const secret = randomBytes(32).toString("base64url");
  let port = options.port;
  let child: ChildProcess | undefined;
  let everReady = false;
  let stopping = false;
  let restarts = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let answering = deferred();

  launch();

  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    user: "razi",
    password: secret,
    ready: () => answering.promise,
    restarts: () => restarts,
    pid: () => child?.pid,
    stop,
  };

  function launch(): void {
    const started = Date.now();
    let reason: string | undefined;
    let locked: string | undefined;
    let lines = 0;
    const engine = fork(options.entry, [], {
      execArgv: ["--enable-source-maps"],
      env: engineEnv(),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    child = engine;
    standBack(engine.pid);
    for (const output of [engine.stdout, engine.stderr])
      if (output) createInterface({ input: output }).on("line", heard);
    function heard(line: string): void {
      lines += 1;
      // The engine writes this itself; the call that failed knows no reason.
      if (line.includes("Cannot lock file")) locked = `Another process has the data directory ${options.dir} open.`;
    }
    engine.on("message", (message: FromEngine) => {
      if (message.kind === "noAnalysts" || message.kind === "full") return options.log(message);
      if (message.kind === "failed") {
        reason = message.reason;
        return;
      }
      port = message.port;
      everReady = true;
      answering.resolve();
    });
    engine.on("error", (error) => {
      reason = error.message;
    });
    engine.once("close", (code, signal) => {
      child = undefined;
      if (stopping) return;
      const how = locked ?? reason ?? `The embedded ClickHouse ended by itself (${signal ?? `exit ${code}`}).`;
      // What is wrong at the first start stays wrong: an operator has to see it, not a loop.
      if (!everReady) return answering.reject(new Error(how));
      if (answering.settled()) answering = deferred();
      failures = Date.now() - started > healthyMs ? 0 : failures + 1;
      restarts += 1;
      const waitMs = failures <= 1 ? 0 : backoffMs(failures);
      options.log({ kind: "ended", exit: code, signal, lines, restartInMs: Math.round(waitMs) });
      timer = setTimeout(launch, waitMs);
    });
    const { dir, analystReads = ["*.*"], bodyBytes = 67_108_864, memoryBytes } = options;
    const message: ToEngine = { dir, port, secret, analystReads, bodyBytes, ...(memoryBytes && { memoryBytes }) };
    engine.send(message, () => undefined);
  }

  async function stop(): Promise<void> {
    stopping = true;
    clearTimeout(timer);
    answering.reject(new Error("The embedded ClickHouse was stopped."));
    const engine = child;
    if (engine === undefined || engine.exitCode !== null || engine.signalCode !== null) return;
    const ended = once(engine, "close");
    engine.kill("SIGTERM");
    const kill = setTimeout(() => engine.kill("SIGKILL"), patienceMs);
    await ended;
    clearTimeout(kill);
  }
}

/**
 * Where processors are short, a browser that waits for its answer comes before inserts, merges and reports. At once, for threads
 * have the priority of the one that starts them.
 */
function standBack(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
  } catch {
    // It has ended already, which is told elsewhere.
  }
}

/** The collector's own settings and keys are not the engine's business. */
function engineEnv(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("RAZI_"));
  // Each statement that runs holds a thread of Node's pool, which has four unless told otherwise.
  return { ...Object.fromEntries(others), TZ: "UTC", UV_THREADPOOL_SIZE: "16" };
}

function deferred() {
  let settled = false;
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Nobody has to be waiting.
  promise.catch(() => undefined);
  const settle =
    <A extends unknown[]>(how: (...args: A) => void) =>
    (...args: A) => {
      settled = true;
      how(...args);
    };
  return { promise, settled: () => settled, resolve: settle(resolve), reject: settle(reject) };
}
