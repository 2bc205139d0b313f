import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import type { Log } from "../log.ts";
import { backoffMs } from "../warehouse/backoff.ts";
import type { ToPrimary, ToWorker } from "./messages.ts";

export interface Crew {
  /** Starts a worker, and again whenever it dies. Rejects, in words for an operator, when its first start failed. */
  hire(n: number): Promise<Extract<ToPrimary, { kind: "ready" }>>;
  /** Those that run. */
  members(): readonly Member[];
  /** How often one died and was started again. */
  restarts(): number;
  /** Has all of them end, each shipping what fits into its grace. */
  stop(): Promise<void>;
}

export interface Member {
  readonly n: number;
  /** Whether it serves requests. One that starts may take in what it is told, and does not answer yet. */
  isReady(): boolean;
  tell(message: ToWorker): void;
}

interface CrewNeeds {
  /** What a worker is told first. */
  readonly orders: (n: number) => ToWorker;
  readonly heard: (message: ToPrimary, from: Member) => void;
  readonly log: Log;
}

/** A run this long was a good one: the next failure starts counting anew. */
const healthyMs = 30_000;
/** Longer than a request may take, and shipping what fits after it. */
const patienceMs = 25_000;

/** The workers of this machine: processes that serve one port. The primary accepts connections and deals them out in turn. */
export function createCrew({ orders, heard, log }: CrewNeeds): Crew {
  // Figures and texts go over the channel as they are: JSON knows no NaN.
  cluster.setupPrimary({ serialization: "advanced" });
  const running = new Map<number, Worker>();
  const ready = new WeakSet<Worker>();
  const memberOf = (n: number, worker: Worker): Member => ({
    n,
    isReady: () => ready.has(worker),
    // One that is about to die takes no message, and needs none.
    tell: (message) => void (worker.isConnected() && worker.send(message, () => undefined)),
  });
  const timers = new Set<NodeJS.Timeout>();
  let restarts = 0;
  let stopping = false;

  function hire(n: number): Promise<Extract<ToPrimary, { kind: "ready" }>> {
    return new Promise((resolve, reject) => {
      let everReady = false;
      let failures = 0;
      launch();

      function launch(): void {
        const started = Date.now();
        const worker = cluster.fork();
        let reason: string | undefined;
        running.set(n, worker);
        const member = memberOf(n, worker);
        worker.on("message", (message: ToPrimary) => {
          if (message.kind === "hello") {
            member.tell(stopping ? { kind: "stop" } : orders(n));
          } else if (message.kind === "failed") {
            reason = message.reason;
          } else if (message.kind === "ready") {
            everReady = true;
            ready.add(worker);
            resolve(message);
          } else heard(message, member);
        });
        worker.once("exit", (code: number | null, signal: string | null) => {
          running.delete(n);
          if (stopping) return;
          if (!everReady)
            return reject(new Error(reason ?? `Worker ${n} ended at its start (${signal ?? `exit ${code}`}).`));
          failures = Date.now() - started > healthyMs ? 0 : failures + 1;
          restarts += 1;
          const ms = Math.round(failures <= 1 ? 0 : backoffMs(failures));
          log.error("A worker ended by itself and is started again; what it took is on disk", {
            worker: n,
            ...(signal === null ? { exit: code ?? 1 } : { signal }),
            ms,
          });
          const timer = setTimeout(() => {
            timers.delete(timer);
            launch();
          }, ms);
          timers.add(timer);
        });
      }
    });
  }

  return {
    hire,
    members: () => [...running].map(([n, worker]) => memberOf(n, worker)),
    restarts: () => restarts,
    async stop() {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(
        [...running].map(async ([n, worker]) => {
          const ended = once(worker, "exit");
          memberOf(n, worker).tell({ kind: "stop" });
          const kill = setTimeout(() => worker.process.kill("SIGKILL"), patienceMs);
          await ended;
          clearTimeout(kill);
        }),
      );
    },
  };
}
