import type { BatchAnswer } from "../../sdk/protocol.ts";

/** Keeps rows. Resolves when they are on disk and synced; rejects with `Unavailable` when it cannot take them. */
export interface Store {
  append(record: { consent: string; format: number; count: number; rows: Uint8Array }): Promise<void>;
}

/** What a store says when it cannot take any more, by shape: the spool's own error has it. */
export interface Unavailable {
  readonly retryAfterMs: number;
}

export function isUnavailable(error: unknown): error is Unavailable {
  return error instanceof Error && typeof (error as Partial<Unavailable>).retryAfterMs === "number";
}

/** Counts what happened, for operators. */
export interface Tally {
  accepted(site: string, events: number): void;
  refused(site: string, refused: BatchAnswer["refused"]): void;
  dropped(site: string, events: number): void;
  granted(site: string): void;
  render(): Promise<string>;
}
