/**
 * Memory that is read into again and again: to take a new megabyte for each one that is shipped costs the kernel and the
 * garbage collector more than to read it.
 */
export class Windows {
  readonly #bytes: number;
  #free: Buffer[] = [];
  #lent: Buffer[] = [];

  /** @param bytes of each; whoever needs more gets memory of its own */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  readonly take = (bytes: number): Buffer => {
    if (bytes > this.#bytes) return Buffer.allocUnsafeSlow(bytes);
    const window = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#bytes);
    this.#lent.push(window);
    return window;
  };

  /** What was taken so far is not in use any more. What was free all the while is not kept. */
  giveBack(): void {
    this.#free = this.#lent;
    this.#lent = [];
  }

  /** The same, and nothing more is read for now. */
  release(): void {
    this.#free = [];
    this.#lent = [];
  }
}
