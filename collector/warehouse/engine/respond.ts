import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { type Answer, answerOf } from "./answer.ts";
import { bodies } from "./body.ts";
import { denied, notImplemented, readonly } from "./exception.ts";
import { lane } from "./lane.ts";
import type { Asked } from "./request.ts";
import type { Room } from "./room.ts";
import { type Ran, runInsert, runPlain, stopMarked } from "./run.ts";
import { type Insert, statementOf } from "./statement.ts";
import type { Store } from "./store.ts";

export interface Responding {
  readonly store: Store;
  /** Where rows wait for the engine; also the working directory, so that their names are all it needs to be told. */
  readonly inbox: string;
  readonly bodyBytes: number;
  readonly room: Room;
  /** Ends the engine: what it has just written may not be there. */
  readonly onFull: () => never;
  /** False when the engine has tables that nobody has classed as fit for analysts or not. */
  readonly analysts: boolean;
}

export type Respond = (asked: Asked, body: Readable, gone: AbortSignal) => Promise<Answer>;

/** Between one try to stop a statement and the next. */
const stopEveryMs = 500;

/** From what was asked to the answer. Throws what the caller turns into a refusal. */
export function responder({ store, inbox, bodyBytes, room, onFull, analysts }: Responding): Respond {
  const body = bodies({ bodyBytes, heldBytes: 4 * bodyBytes });
  // Each kind waits behind its own only: a long report never holds up an insert.
  const lanes = { insert: lane(2, 64), command: lane(1, 32), read: lane(2, 64), analyst: lane(2, 32) };

  return async (asked, incoming, gone) => {
    if (asked.user === "analyst" && !analysts) throw denied("Analysts are not admitted; the collector's log says why");
    const address = asked.query === "" ? undefined : Buffer.from(`${asked.query}\n`);
    const asWritten = address && statementOf(address);
    // The rows go straight to a file; nothing of them is held or looked at.
    if (asWritten?.kind === "insert") return insert(asked, asWritten, incoming, gone);
    return body.toMemory(incoming, asked.gzipped, (rest) => {
      if (asWritten?.verb === "INSERT" && rest.length > 0)
        throw notImplemented("rows behind INSERT … SELECT other than SELECT * FROM input('…')");
      const statement = statementOf(address ? Buffer.concat([address, rest]) : rest);
      if (statement.kind === "insert") return insert(asked, statement, Readable.from([]), gone);
      return plain(asked, statement.text, statement.verb, gone);
    });
  };

  async function insert(asked: Asked, statement: Insert, rows: Readable, gone: AbortSignal): Promise<Answer> {
    if (asked.user === "analyst" || asked.readOnly) throw readonly("Cannot execute query in readonly mode");
    const mark = randomUUID();
    const file = `${mark}.rows`;
    try {
      room.demand();
      await body.toFile(rows, asked.gzipped, join(inbox, file), statement.data);
      const ran = await lanes.insert.run(() => runInsert(store, asked, statement, file, mark), gone);
      if (!room.isThere()) onFull();
      return answer(asked, ran);
    } finally {
      await rm(join(inbox, file), { force: true });
    }
  }

  async function plain(asked: Asked, text: string, verb: string, gone: AbortSignal): Promise<Answer> {
    const reads = /^(?:SELECT|WITH|SHOW|DESC|DESCRIBE|EXPLAIN|EXISTS|FROM|\()$/.test(verb);
    const line = asked.user === "analyst" ? lanes.analyst : reads ? lanes.read : lanes.command;
    const mark = randomUUID();
    let isOver = false;
    // Again until it has ended: it may not have begun when its sender leaves.
    const stop = async () => {
      for (; !isOver; await setTimeout(stopEveryMs)) await stopMarked(store, mark);
    };
    const ran = line.run(() => {
      // What writes runs to its end, as with ClickHouse: whoever left cannot know whether it did.
      if (reads) gone.addEventListener("abort", stop, { once: true });
      return runPlain(store, asked, text, mark);
    }, gone);
    const ended = ran.finally(() => {
      isOver = true;
      gone.removeEventListener("abort", stop);
    });
    return answer(asked, await ended);
  }
}

const answer = (asked: Asked, { finished, format }: Ran): Answer => answerOf(finished, format, asked.queryId);
