/**
 * Remembers for `ms` and not twice as long, and takes room for what it remembers only. A cache with a time to live keeps what
 * nobody asks for again until it is full, and this one (lru-cache) takes the room for all that it may hold at once.
 *
 * Two maps take turns: what is remembered or changed goes into the newer one, and the older one goes as a whole. At `max` the turn
 * comes early: the last `max` are always kept, and at most twice as many.
 */
export class Recent<Value> {
  readonly #ms: number;
  readonly #max: number;
  #newer = new Map<string, Value>();
  #older = new Map<string, Value>();
  #turnAt = 0;

  constructor({ ms, max }: { readonly ms: number; readonly max: number }) {
    this.#ms = ms;
    this.#max = max;
  }

  get size(): number {
    return this.#newer.size + this.#older.size;
  }

  get(key: string, now: number): Value | undefined {
    this.#heed(now);
    return this.#newer.get(key) ?? this.#older.get(key);
  }

  set(key: string, value: Value, now: number): void {
    this.#heed(now);
    if (this.#newer.size >= this.#max) this.#turn(now + this.#ms);
    this.#older.delete(key);
    this.#newer.set(key, value);
  }

  #heed(now: number): void {
    const isWithin = now >= this.#turnAt - this.#ms && now < this.#turnAt + this.#ms;
    // All of it is too old, or the clock was set back, which must not make it live longer.
    if (!isWithin) {
      this.#newer = new Map();
      this.#turn(now + this.#ms);
    } else if (now >= this.#turnAt) this.#turn(this.#turnAt + this.#ms);
  }

  #turn(next: number): void {
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#turnAt = next;
  }
}
