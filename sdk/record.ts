import { attempt } from "./attempt.ts";
import { now } from "./consent.ts";
import { add } from "./delivery.ts";
import { debug } from "./options.ts";
import type { ClickKind, RaziEvent, ServiceAction } from "./protocol.ts";
import { randomId } from "./random-id.ts";

/** An event before it has a place and a time. What is undefined or absent is the same in JSON. */
type Happening = RaziEvent extends infer E
  ? E extends RaziEvent
    ? Loose<Omit<E, "page" | "seq" | "at">>
    : never
  : never;
type Loose<T> = { [K in keyof T]: T[K] | (object extends Pick<T, K> ? undefined : never) };

/** The page view that is going on. Without one nothing is recorded. */
export let page = "";
let seq: number;

export const beginPage = (): void => {
  page = randomId();
  seq = 0;
};

export const endPages = (): void => {
  page = "";
};

export const record = (happening: Happening): void => {
  if (!page) return;
  // What a page gives may not be JSON.
  attempt(add, debug({ ...happening, page, seq: seq++, at: now() } as RaziEvent));
};

export const click = (kind: ClickKind, label?: string) => record({ type: "click", kind, label });
export const service = (key: string, action: ServiceAction) => record({ type: "service", key, action });
