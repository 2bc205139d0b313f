import type { Copy } from "../consent/stored.ts";

/** A copy whose first piece is there: the database answers, and nothing was handed out yet. */
export interface Begun {
  readonly pieces: AsyncIterator<string>;
  close(): Promise<void>;
}

/** @throws what kept the first piece from being read; the copy is closed then */
export async function begin(copy: Copy, form: (copy: Copy) => AsyncGenerator<string>): Promise<Begun> {
  const pieces = form(copy);
  try {
    const first = await pieces.next();
    return { pieces: first.done ? pieces : after(first.value, pieces), close: copy.close };
  } catch (error) {
    await copy.close();
    throw error;
  }
}

async function* after(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

/** The same, read to its end; `undefined` where it has more characters, and then it is closed. */
export async function whole(begun: Begun, mostCharacters: number): Promise<Begun | undefined> {
  const pieces: string[] = [];
  let characters = 0;
  try {
    for (let next = await begun.pieces.next(); !next.done; next = await begun.pieces.next()) {
      pieces.push(next.value);
      characters += next.value.length;
      if (characters > mostCharacters) break;
    }
  } catch (error) {
    await begun.close();
    throw error;
  }
  if (characters <= mostCharacters) return { pieces: inOrder(pieces), close: begun.close };
  await begun.close();
  return undefined;
}

async function* inOrder(pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

export interface Patience {
  /** For one piece, some 100 kB. */
  readonly pieceMs: number;
  /** For all of it. */
  readonly wholeMs: number;
}

const patience: Patience = { pieceMs: 30_000, wholeMs: 600_000 };

/**
 * A body that is made as it is read. Who does not read it, or reads too slowly, is cut off, and sees that it is not whole: others wait for
 * the place. Closed is what it was made of, however it ends.
 */
export function handedOut({ pieces, close }: Begun, { pieceMs, wholeMs } = patience): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let forPiece: NodeJS.Timeout | undefined;
  let forWhole: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(forPiece);
    clearTimeout(forWhole);
    return close();
  };
  const cutAfter = (ms: number, controller: ReadableStreamDefaultController) =>
    setTimeout(() => {
      controller.error(new Error("not read in time"));
      void end();
    }, ms).unref();
  return new ReadableStream(
    {
      start(controller) {
        forPiece = cutAfter(pieceMs, controller);
        forWhole = cutAfter(wholeMs, controller);
      },
      async pull(controller) {
        // The database may take its time; the reader is the one who has to hurry.
        clearTimeout(forPiece);
        const { done, value } = await pieces.next().catch(async (error) => {
          await end();
          throw error;
        });
        if (done) {
          await end();
          controller.close();
          return;
        }
        controller.enqueue(encoder.encode(value));
        forPiece = cutAfter(pieceMs, controller);
      },
      cancel: end,
    },
    // Nothing is made before it is asked for.
    { highWaterMark: 0 },
  );
}
