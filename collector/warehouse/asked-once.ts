import type { Lane } from "./engine/lane.ts";

interface Waiting {
  readonly result: Promise<unknown>;
  /** Told when nobody waits for it any more. */
  readonly gone: AbortController;
  waiters: number;
}

/**
 * A lane in which what is asked for by several, and has not begun yet, is done once. What runs already is not joined: whoever asks now
 * may know of something that came since.
 */
export interface OnceLane {
  /** @param name the same for what has the same result */
  run<T>(name: string, task: (gone: AbortSignal) => Promise<T>, gone: AbortSignal): Promise<T>;
}

export function askedOnce(lane: Lane): OnceLane {
  const waiting = new Map<string, Waiting>();

  function begin<T>(name: string, task: (gone: AbortSignal) => Promise<T>): Waiting {
    const gone = new AbortController();
    const forget = () => waiting.get(name) === mine && waiting.delete(name);
    const begun = () => {
      forget();
      return task(gone.signal);
    };
    const mine = { result: lane.run(begun, gone.signal).finally(forget), gone, waiters: 0 };
    waiting.set(name, mine);
    return mine;
  }

  return {
    async run<T>(name: string, task: (gone: AbortSignal) => Promise<T>, gone: AbortSignal): Promise<T> {
      gone.throwIfAborted();
      const one = waiting.get(name) ?? begin(name, task);
      one.waiters += 1;
      const leave = () => {
        one.waiters -= 1;
        if (one.waiters > 0) return;
        if (waiting.get(name) === one) waiting.delete(name);
        one.gone.abort(gone.reason);
      };
      gone.addEventListener("abort", leave, { once: true });
      try {
        return (await one.result) as T;
      } finally {
        gone.removeEventListener("abort", leave);
      }
    },
  };
}
