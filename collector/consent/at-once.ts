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
  /**
   * For what goes on after its function has returned.
   * @returns what gives the place back; again changes nothing
   * @throws Busy
   */
  take(): () => void;
}

/** At most so many at a time. The next one is told so at once: a line would hold requests, and have to be bounded itself. */
export function atOnce(most: number): AtOnce {
  const running = new Set<symbol>();
  function take() {
    if (running.size >= most) throw new Busy(most);
    const mine = Symbol();
    running.add(mine);
    return () => void running.delete(mine);
  }
  return {
    take,
    async run(work) {
      const giveBack = take();
      try {
        return await work();
      } finally {
        giveBack();
      }
    },
  };
}
