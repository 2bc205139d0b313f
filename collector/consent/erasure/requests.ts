import { randomBytes } from "node:crypto";
import type { ErasureState, RequestKind, RequestReason } from "../request.ts";
import { erasureStates } from "../request.ts";
import { countOf, type Database } from "./database.ts";
import { nameOf } from "./statements.ts";

/** What is asked of the tables of requests at home. */

/** A request of a batch, as its erasure needs it. Times in ms since 1970. */
export interface Taken {
  readonly id: string;
  readonly consent_id: string;
  readonly site: string;
  readonly kind: RequestKind;
  readonly reason: RequestReason;
  readonly blocks: readonly string[];
  readonly since: number | null;
  readonly until: number | null;
  readonly asked_at: number;
  readonly due_by: string;
  readonly expires_at: number;
  /** What was given, as its record says; empty where there is none. */
  readonly given: readonly string[];
}

export interface Batch {
  readonly name: string;
  readonly state: ErasureState;
}

/** Of one batch: a statement that takes longer than the lease would be two at a time. */
const mostAtOnce = 10_000;

const heldConsents = "SELECT consent_id FROM razi.holds FINAL WHERE held";

const columns = `r.id AS id, r.consent_id AS consent_id, r.site AS site, r.kind AS kind, r.reason AS reason, r.blocks AS blocks,
  toUnixTimestamp64Milli(r.since) AS since, toUnixTimestamp64Milli(r.until) AS until, toUnixTimestamp64Milli(r.asked_at) AS asked_at,
  r.due_by AS due_by, toUnixTimestamp64Milli(r.expires_at) AS expires_at, c.given AS given`;

/** Every withdrawal is a request to erase what rested on it, whichever collector took it. */
export const recordWithdrawals = `
  INSERT INTO razi.requests
    (id, consent_id, site, kind, reason, blocks, since, until, asked_at, asked_by, due_by, expires_at)
  SELECT concat(collector, '-', toString(seq)) AS id, consent_id, site, 'erase', 'withdrawal', blocks, NULL, NULL, at, 'razi',
    coalesce(erase_by, toDate(at) + 10), until
  FROM razi.revocations FINAL
  WHERE event = 'withdrawn' AND id NOT IN (SELECT id FROM razi.requests)`;

/** Takes what is asked and not held into a batch, and says its name; `undefined` where there is nothing. */
export async function takeDue(home: Database): Promise<string | undefined> {
  const due = `
    FROM razi.requests FINAL
    WHERE kind IN ('erase', 'archive')
      AND id NOT IN (SELECT request FROM razi.request_states FINAL WHERE state = 'blocked' AND batch != '')
      AND consent_id NOT IN (${heldConsents})`;
  if ((await countOf(home, `SELECT toUInt64(count()) ${due}`)) === 0) return undefined;
  const batch = `b${Date.now().toString(36)}-${randomBytes(6).toString("hex")}`;
  await home.command(`
    INSERT INTO razi.request_states (request, state, batch, at, outcome)
    SELECT id, 'blocked', '${batch}', now64(3), '' ${due} ORDER BY asked_at LIMIT ${mostAtOnce}`);
  return batch;
}

/** Those that are not closed, the oldest first. */
export async function openBatches(home: Database): Promise<Batch[]> {
  const order = erasureStates.map((state) => `'${state}'`).join(", ");
  const rows = await home.rows<{ name: string; step: number }>(`
    SELECT batch AS name, max(indexOf([${order}], state)) AS step FROM razi.request_states FINAL
    WHERE batch != '' GROUP BY batch HAVING step > 0 AND step < ${erasureStates.length} ORDER BY min(at)`);
  return rows.map(({ name, step }) => ({ name: nameOf(name), state: erasureStates[step - 1] as ErasureState }));
}

const inBatch = (batch: string): string =>
  `SELECT request FROM razi.request_states FINAL WHERE batch = '${nameOf(batch)}' AND state = 'blocked'`;

export const requestsOf = (home: Database, batch: string): Promise<Taken[]> =>
  home.rows<Taken>(`
    SELECT ${columns} FROM (SELECT * FROM razi.requests FINAL WHERE id IN (${inBatch(batch)})) AS r
    LEFT JOIN (
      SELECT consent_id, any(blocks) AS given FROM razi.consents
      WHERE event = 'granted' AND consent_id IN (SELECT consent_id FROM razi.requests WHERE id IN (${inBatch(batch)}))
      GROUP BY consent_id
    ) AS c ON r.consent_id = c.consent_id
    ORDER BY id`);

/** All requests of a batch go on together, in one insert. `waiting` beside the states says what they wait for. */
export const moveOn = (home: Database, batch: string, state: ErasureState | "waiting", outcome = ""): Promise<void> =>
  home.command(`
    INSERT INTO razi.request_states (request, state, batch, at, outcome)
    SELECT request, '${nameOf(state)}', '${nameOf(batch)}', now64(3), '${outcome === "" ? "" : nameOf(outcome)}' FROM (${inBatch(batch)})`);

/** Those that have to be kept for now leave the batch, to be taken again when the hold has ended. */
export const putBackHeld = (home: Database, batch: string): Promise<void> =>
  home.command(`
    INSERT INTO razi.request_states (request, state, batch, at, outcome)
    SELECT id, 'blocked', '', now64(3), 'held' FROM razi.requests FINAL
    WHERE id IN (${inBatch(batch)}) AND consent_id IN (${heldConsents})`);
