import { randomBytes } from "node:crypto";
import { countOf, type Database } from "./erasure/database.ts";
import { forget } from "./erasure/place.ts";

/** All that is stored of a consent: what was recorded under it, its own records, and what was asked about it. */
export interface Stored {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly consents: readonly Readonly<Record<string, unknown>>[];
  readonly requests: readonly AskedFor[];
}

/** What a page shows of it: however much is stored, this is small. */
export interface Overview {
  /** Events, all of them. */
  readonly count: number;
  /** The last of them, the latest first. */
  readonly latest: Stored["events"];
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
const eventsOf = (mine: string): string => `FROM razi.event_log FINAL WHERE ${mine} AND erase_after > now()`;

/** All of it, at home, where all of it is. */
export const readStored = (home: Database, consentId: string): Promise<Stored> =>
  looking(home, consentId, async (mine) => ({
    events: await home.rows(`SELECT * ${eventsOf(mine)} ORDER BY at, page, seq`),
    consents: await home.rows(`SELECT * FROM razi.consents FINAL WHERE ${mine} ORDER BY at`),
    requests: await home.rows<AskedFor>(asked(mine)),
  }));

/** The last of what was asked, the oldest first. */
export const readRequests = (home: Database, consentId: string): Promise<AskedFor[]> =>
  looking(home, consentId, (mine) => lastAsked(home, mine));

export const readOverview = (home: Database, consentId: string): Promise<Overview> =>
  looking(home, consentId, async (mine) => ({
    count: await countOf(home, `SELECT toUInt64(count()) ${eventsOf(mine)}`),
    latest: await home.rows(`SELECT * ${eventsOf(mine)} ORDER BY at DESC, page DESC, seq DESC LIMIT ${shownEvents}`),
    requests: await lastAsked(home, mine),
  }));

/** The number of the consent goes beside the statements, not into them: they say `mine`. */
async function looking<T>(home: Database, consentId: string, look: (mine: string) => Promise<T>): Promise<T> {
  const batch = `look-${randomBytes(6).toString("hex")}`;
  await home.insert("razi.subjects", [{ batch, act: "read", consent_id: consentId, request: "", since: 0, until: 0 }]);
  try {
    return await look(`consent_id IN (SELECT consent_id FROM razi.subjects WHERE batch = '${batch}')`);
  } finally {
    await forget(home, "subjects", batch);
  }
}

/** Requests that are not closed, of all sites. */
export const readOpen = (home: Database): Promise<AskedFor[]> =>
  home.rows<AskedFor>(asked("id NOT IN (SELECT request FROM razi.request_states WHERE state = 'closed')"));
