/** What costs memory for as long as it is read. By its shape it is a store that asks to come back. */
export class Busy extends Error {
  readonly retryAfterMs = 2_000;
  constructor(most: number) {
    super(`${most} read at once`);
  }
}

export interface AtOnce {
  /** @throws Busy */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** At most so many at a time. The next one is told so at once: a line would hold requests, and have to be bounded itself. */
export function atOnce(most: number): AtOnce {
  let running = 0;
  return {
    async run(work) {
      if (running >= most) throw new Busy(most);
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
      }
    },
  };
}
