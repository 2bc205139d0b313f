import type { IncomingMessage, ServerResponse } from "node:http";
import { limits } from "../../sdk/protocol.ts";
import { isTextOrJson } from "./body.ts";
import type { Door } from "./door.ts";
import { type EventsNeeds, takeBatches } from "./events.ts";
import type { Answer } from "./exchange.ts";
import { problemAnswer } from "./problem.ts";

interface DirectNeeds extends EventsNeeds {
  readonly onBug: (error: Error) => void;
}

/**
 * Answers `POST /v1/events` from node's own events where the body comes as it is and its length is declared, as browsers send
 * it, and says whether it does; whatever else comes goes through the app. What a framework makes of a request waits for the
 * disk with it, hundreds at a time, and the garbage collector copies it meanwhile: docs/decisions/0031-batches-past-the-framework.md.
 */
export function answerDirectly(needs: DirectNeeds, door: Door) {
  const { cors, now, onBug } = needs;
  const take = takeBatches(needs);
  return (incoming: IncomingMessage, outgoing: ServerResponse): boolean => {
    if (!isPlainBatch(incoming)) return false;
    const receivedAt = now();
    const guest = door.enter(incoming);
    if (guest === undefined) {
      write(outgoing, door.turnAway(incoming));
      return true;
    }
    // What is being worked on has its place until there is an answer, even if nobody waits for it any more; and no longer than
    // that, for some never read it.
    let isWhole = false;
    incoming.on("close", () => {
      if (!isWhole) door.leave(guest);
    });
    const finish = (answer: Answer): void => {
      door.leave(guest);
      write(outgoing, answer);
    };
    let chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      isWhole = true;
      const body = decoder.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
      // The listeners stay as long as the request: through them the body would.
      chunks = [];
      const header = (name: string) => incoming.headers[name] as string | undefined;
      const failed = (error: Error): Answer => {
        onBug(error);
        return problemAnswer("internal", undefined, cors(incoming.headers.origin));
      };
      let answer: Answer | Promise<Answer>;
      try {
        answer = take(body, { header }, incoming, receivedAt);
      } catch (error) {
        answer = failed(error as Error);
      }
      if (answer instanceof Promise) answer.then(finish, (error) => finish(failed(error)));
      else finish(answer);
    });
    return true;
  };
}

const decoder = new TextDecoder();

function isPlainBatch({ method, url, headers }: IncomingMessage): boolean {
  return (
    url === "/v1/events" &&
    method === "POST" &&
    headers["content-encoding"] === undefined &&
    // With a declared length node's parser is the bound.
    Number(headers["content-length"]) <= limits.bodyBytes &&
    isTextOrJson(headers["content-type"])
  );
}

function write(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  if (outgoing.destroyed) return;
  outgoing.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}
