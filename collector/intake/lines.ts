const [quote, comma, backslash, space, tilde, zero] = [0x22, 0x2c, 0x5c, 0x20, 0x7e, 0x30];
/** The most that a UTF-16 unit becomes: `\u0000`. */
const longestUnit = 6;

// V8 remembers four kinds of objects at a place in the code, and strings come in more (flat, cut, joined, of one byte or two). So
// what a text has is looked up anew each time; taken from here, the method is not, for each letter.
const { charCodeAt } = String.prototype;

/** Enough for most batches: what is written next is written over it. */
const usualBytes = 65_536;

/** A part of what is written and not taken yet. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Lines of JSON, written straight into bytes: a text that is put together, and then encoded, is garbage twice. The bytes are
 * the same ones again and again: new ones for each batch cost more than what is in them.
 */
export class Lines {
  #bytes = Buffer.allocUnsafeSlow(usualBytes);
  #end = 0;

  /** JSON that is ASCII, as it is. */
  json(json: string): this {
    const { length } = json;
    this.#makeRoom(length);
    const bytes = this.#bytes;
    const from = this.#end;
    for (let i = 0; i < length; i++) bytes[from + i] = charCodeAt.call(json, i);
    this.#end = from + length;
    return this;
  }

  /** A whole number that is not negative, and a comma. */
  number(value: number): this {
    let length = 1;
    for (let least = 10; least <= value; least *= 10) length++;
    this.#makeRoom(length + 1);
    const bytes = this.#bytes;
    let rest = value;
    for (let i = this.#end + length - 1; i >= this.#end; i--) {
      const tenth = Math.floor(rest / 10);
      bytes[i] = zero + rest - tenth * 10;
      rest = tenth;
    }
    this.#end += length;
    bytes[this.#end++] = comma;
    return this;
  }

  /** A text that may be anything, and a comma. Most texts are printable ASCII in which nothing has to be escaped, or empty. */
  text(text: string): this {
    const { length } = text;
    this.#makeRoom(length * longestUnit + 3);
    const bytes = this.#bytes;
    let end = this.#end;
    bytes[end++] = quote;
    for (let i = 0; i < length; i++) {
      const code = charCodeAt.call(text, i);
      if (code < space || code > tilde || code === quote || code === backslash) return this.#escaped(text);
      bytes[end++] = code;
    }
    bytes[end++] = quote;
    bytes[end++] = comma;
    this.#end = end;
    return this;
  }

  /** A list of texts, and a comma. */
  texts(texts: readonly string[]): this {
    this.json("[");
    for (const text of texts) this.text(text);
    return texts.length === 0 ? this.json("],") : this.close("],");
  }

  /** What ends a list, in place of the comma before it. */
  close(json: string): this {
    this.#end -= 1;
    return this.json(json);
  }

  /** Says where lies what is written meanwhile. */
  stretch(write: () => void): Stretch {
    const from = this.#end;
    write();
    return { from, to: this.#end };
  }

  /** What lies there, once more. */
  again({ from, to }: Stretch): this {
    this.#makeRoom(to - from);
    this.#bytes.copyWithin(this.#end, from, to);
    this.#end += to - from;
    return this;
  }

  /** What was written. It stays until more is. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  /** Forgets what was written. */
  clear(): void {
    this.#end = 0;
  }

  #escaped(text: string): this {
    this.#end += this.#bytes.write(JSON.stringify(text), this.#end);
    this.#bytes[this.#end++] = comma;
    return this;
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const written = this.written();
    this.#bytes = Buffer.allocUnsafeSlow(2 * (written.length + bytes));
    this.#bytes.set(written);
  }
}
