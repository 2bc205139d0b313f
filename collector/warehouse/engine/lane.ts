import { busy } from "./exception.ts";

/** At most `slots` statements at a time, at most `waiting` in line, and whoever comes after that is told so. */
export interface Lane {
  run<T>(task: () => Promise<T>, gone: AbortSignal): Promise<T>;
}

export function lane(slots: number, waiting: number): Lane {
  let free = slots;
  const line: (() => void)[] = [];

  async function turn(gone: AbortSignal): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    if (line.length >= waiting) throw busy(`Too many simultaneous queries: ${slots} run and ${waiting} wait`);
    await new Promise<void>((resolve, reject) => {
      const mine = () => {
        gone.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        line.splice(line.indexOf(mine), 1);
        reject(gone.reason);
      };
      gone.addEventListener("abort", leave, { once: true });
      line.push(mine);
    });
  }

  return {
    async run(task, gone) {
      gone.throwIfAborted();
      await turn(gone);
      try {
        return await task();
      } finally {
        const next = line.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
