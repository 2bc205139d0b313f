/** Those who wait for the next thing to come. */
export class Waiters {
  readonly #all = new Set<{ wake(): void; refuse(reason: unknown): void }>();

  wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.#all.delete(waiter);
        signal?.removeEventListener("abort", abort);
      };
      const waiter = {
        wake() {
          leave();
          resolve();
        },
        refuse(reason: unknown) {
          leave();
          reject(reason);
        },
      };
      const abort = () => waiter.refuse(signal?.reason);
      signal?.addEventListener("abort", abort);
      this.#all.add(waiter);
    });
  }

  wake(): void {
    for (const waiter of [...this.#all]) waiter.wake();
  }

  refuse(reason: unknown): void {
    for (const waiter of [...this.#all]) waiter.refuse(reason);
  }
}
