import { randomBytes } from "node:crypto";
import { countOf, type Database } from "./erasure/database.ts";
import { forget } from "./erasure/place.ts";
import { type Batches, paged, type Row } from "./paged.ts";

/** All that is stored of a consent: what was recorded under it, its own records, and what was asked about it. Each is read as it is asked for. */
export interface Copy {
  readonly events: Batches;
  readonly consents: Batches;
  readonly requests: Batches;
  /** To be called by whoever has it, at the end: until then it is one of the few that are made at a time. Again changes nothing. */
  close(): Promise<void>;
}

/** What a page shows of it: however much is stored, this is small. */
export interface Overview {
  /** Events, all of them. */
  readonly count: number;
  /** The last of them, the latest first. */
  readonly latest: readonly Row[];
  readonly requests: readonly AskedFor[];
}

export interface AskedFor {
  readonly id: string;
  readonly site: string;
  readonly kind: string;
  readonly reason: string;
  readonly blocks: readonly string[];
  readonly asked_at: string;
  readonly asked_by: string;
  readonly due_by: string;
  /** requested, blocked, purged, rebuilt, verified or closed. */
  readonly state: string;
  /** What it waits for; empty when for nothing. */
  readonly waits: string;
  /** The order by which it must be kept for now; empty where there is none. */
  readonly held: string;
  /** Of an erasure that is closed; else empty. */
  readonly certificate: string;
}

const order = "['requested', 'blocked', 'purged', 'rebuilt', 'verified', 'closed']";

/** What became of requests. `which` is a condition on them. */
const asked = (which: string, inOrder = "ORDER BY r.asked_at, r.id"): string => `
  SELECT r.id AS id, r.site AS site, r.kind AS kind, r.reason AS reason, r.blocks AS blocks, toString(r.asked_at) AS asked_at,
    r.asked_by AS asked_by, toString(r.due_by) AS due_by, ${order}[greatest(1, s.step)] AS state,
    if(s.step < 6 AND s.waits != 'held', s.waits, '') AS waits, if(s.step < 2, h.reference, '') AS held, c.jws AS certificate
  FROM (SELECT * FROM razi.requests FINAL WHERE ${which}) AS r
  LEFT JOIN (
    SELECT request, maxIf(indexOf(${order}, state), NOT (state = 'blocked' AND batch = '')) AS step,
      argMax(outcome, at) AS waits
    FROM razi.request_states FINAL GROUP BY request
  ) AS s ON s.request = r.id
  LEFT JOIN (SELECT consent_id, reference FROM razi.holds FINAL WHERE held) AS h ON h.consent_id = r.consent_id
  LEFT JOIN (SELECT request, jws FROM razi.certificates FINAL) AS c ON c.request = r.id
  ${inOrder}`;

/** The last so many requests are told: each look at a receipt or an export is one, and nothing else bounds how many there are. */
export const mostRequests = 1_000;
/** Events that the visitor page shows. */
export const shownEvents = 50;

async function lastAsked(home: Database, mine: string): Promise<AskedFor[]> {
  const latest = await home.rows<AskedFor>(asked(mine, `ORDER BY r.asked_at DESC, r.id DESC LIMIT ${mostRequests}`));
  return latest.reverse();
}

// Also what is blocked: it is the visitor's to see.
const eventsOf = (mine: string, at = "now()"): string =>
  `FROM razi.event_log FINAL WHERE ${mine} AND erase_after > ${at}`;

/** All of it, at home, where all of it is. */
export async function openCopy(home: Database, consentId: string): Promise<Copy> {
  const { mine, forget } = await beginLook(home, consentId);
  const began = `toDateTime(${Math.floor(Date.now() / 1_000)})`;
  const from = (column: string, time: string) => `${column} >= toDateTime64('${time}', 3, 'UTC')`;
  return {
    events: paged("at", (time, part) =>
      home.rows(`SELECT * ${eventsOf(mine, began)} AND ${from("at", time)} ORDER BY at, page, seq ${part}`),
    ),
    consents: paged("at", (time, part) =>
      home.rows(
        `SELECT * FROM razi.consents FINAL WHERE ${mine} AND ${from("at", time)} ORDER BY at, site, event ${part}`,
      ),
    ),
    requests: paged("asked_at", (time, part) =>
      home.rows(asked(`${mine} AND ${from("asked_at", time)}`, `ORDER BY r.asked_at, r.id ${part}`)),
    ),
    close: forget,
  };
}

/** The last of what was asked, the oldest first. */
export const readRequests = (home: Database, consentId: string): Promise<AskedFor[]> =>
  looking(home, consentId, (mine) => lastAsked(home, mine));

export const readOverview = (home: Database, consentId: string): Promise<Overview> =>
  looking(home, consentId, async (mine) => ({
    count: await countOf(home, `SELECT toUInt64(count()) ${eventsOf(mine)}`),
    latest: await home.rows(`SELECT * ${eventsOf(mine)} ORDER BY at DESC, page DESC, seq DESC LIMIT ${shownEvents}`),
    requests: await lastAsked(home, mine),
  }));

async function looking<T>(home: Database, consentId: string, look: (mine: string) => Promise<T>): Promise<T> {
  const { mine, forget } = await beginLook(home, consentId);
  try {
    return await look(mine);
  } finally {
    await forget();
  }
}

/** The number of the consent goes beside the statements, not into them: they say `mine`. */
async function beginLook(home: Database, consentId: string) {
  const batch = `look-${randomBytes(6).toString("hex")}`;
  await home.insert("razi.subjects", [{ batch, act: "read", consent_id: consentId, request: "", since: 0, until: 0 }]);
  return {
    mine: `consent_id IN (SELECT consent_id FROM razi.subjects WHERE batch = '${batch}')`,
    forget: () => forget(home, "subjects", batch),
  };
}

/** Requests that are not closed, of all sites. */
export const readOpen = (home: Database): Promise<AskedFor[]> =>
  home.rows<AskedFor>(asked("id NOT IN (SELECT request FROM razi.request_states WHERE state = 'closed')"));
