/** What is said to a database about a batch. A batch's name is random: it is all that these texts have in them. */

/** A table from which visitors' rows are deleted, and how its rows are found. */
export interface ErasedTable {
  readonly name: string;
  /** Condition of the rows that go. */
  readonly gone: (batch: string) => string;
  /** How those that stay are changed, and which. */
  readonly blanked?: { readonly set: string; readonly where: (batch: string) => string };
}

const consentsOf = (batch: string, acts: readonly string[]): string =>
  `SELECT consent_id FROM razi.subjects WHERE batch = '${batch}' AND act IN (${acts.map((act) => `'${act}'`).join(", ")})`;

/** Without its campaign a view came about as its referrer says, as far as a statement can tell. */
const withoutCampaign = `utm_source = '', utm_medium = '', utm_campaign = '',
  channel = if(channel != 'campaign', channel, multiIf(referrer = '', 'direct', startsWith(referrer, '/'), 'internal', 'referral'))`;

const hasCampaign = (batch: string): string => `consent_id IN (${consentsOf(batch, ["campaign"])})
  AND (utm_source != '' OR utm_medium != '' OR utm_campaign != '' OR channel = 'campaign')`;

export const erasedTables: readonly ErasedTable[] = [
  {
    name: "event_log",
    gone: (batch) => `consent_id IN (${consentsOf(batch, ["rows", "copies"])})
      OR (consent_id, page, toInt32(seq)) IN (SELECT consent_id, page, seq FROM razi.subject_rows WHERE batch = '${batch}' AND seq >= 0)`,
    blanked: {
      set: withoutCampaign,
      where: hasCampaign,
    },
  },
  {
    name: "session_log",
    gone: (batch) => `consent_id IN (${consentsOf(batch, ["rows", "copies"])})
      OR (consent_id, session) IN (SELECT consent_id, session FROM razi.subject_rows WHERE batch = '${batch}' AND seq >= 0)`,
    blanked: { set: withoutCampaign, where: hasCampaign },
  },
  { name: "consents", gone: (batch) => `consent_id IN (${consentsOf(batch, ["copies"])})` },
];

/** Which rows lead to them: found before they are gone, since the rows are what says it. */
export const resolveRows = (batch: string): readonly string[] => [
  `INSERT INTO razi.subject_rows (batch, consent_id, visitor, session, page, seq)
   SELECT DISTINCT '${batch}', consent_id, visitor, session, page, -1 FROM razi.event_log
   WHERE consent_id IN (${consentsOf(batch, ["rows", "copies"])})`,
  `INSERT INTO razi.subject_rows (batch, consent_id, visitor, session, page, seq)
   SELECT '${batch}', e.consent_id, e.visitor, e.session, e.page, e.seq FROM razi.event_log AS e
   INNER JOIN (SELECT consent_id, since, until FROM razi.subjects WHERE batch = '${batch}' AND act = 'range') AS s
   ON e.consent_id = s.consent_id WHERE e.at >= s.since AND e.at < s.until`,
];

/**
 * Opens the days (UTC) again on which sessions began of which a part was erased: they are made anew out of the events that are
 * left. A closing that began before is older than this, so what it has made is not read.
 */
export const reopenDays = (batch: string): string => `
  INSERT INTO razi.closed_days (day, run, is_open, events)
  SELECT DISTINCT toDate(at) - arrayJoin([0, 1]) AS day, toUnixTimestamp64Milli(now64(3)), true, '' FROM razi.event_log
  WHERE (consent_id, session) IN (SELECT consent_id, session FROM razi.subject_rows WHERE batch = '${batch}' AND seq >= 0)
    AND day IN (SELECT day FROM razi.closed_days)`;

/** How many rows of a table a batch is about, by request. */
export const countByRequest = ({ name, gone, blanked }: ErasedTable, batch: string): string => `
  SELECT s.request AS request, toUInt64(count()) AS count FROM razi.${name} AS t
  INNER JOIN (SELECT DISTINCT consent_id, request FROM razi.subjects WHERE batch = '${batch}' AND act != 'hidden') AS s USING (consent_id)
  WHERE (${gone(batch)})${blanked === undefined ? "" : ` OR (${blanked.where(batch)})`}
  GROUP BY request`;

export const countLeft = ({ name, gone, blanked }: ErasedTable, batch: string) => ({
  gone: `SELECT toUInt64(count()) FROM razi.${name} WHERE ${gone(batch)}`,
  blanked: blanked && `SELECT toUInt64(count()) FROM razi.${name} WHERE ${blanked.where(batch)}`,
});

/**
 * Whether a statement that is about nobody else speaks of them, in a log of ClickHouse: by any id of theirs. Each word is looked up in a
 * set: to search an array of all ids of a large batch took more than a second for a thousand statements.
 */
export const namesThem = (column: string, batch: string): string => `arrayExists(
  word -> word IN (
    SELECT toString(consent_id) AS id FROM razi.subjects WHERE batch = '${batch}' AND act IN ('rows', 'copies')
    UNION ALL SELECT arrayJoin([toString(visitor), session, page]) AS id FROM razi.subject_rows WHERE batch = '${batch}'),
  extractAll(toString(${column}), '[0-9A-Za-z_-]{8,}')
)`;

const isName = /^[\w-]{1,64}$/;

/** A name that is safe within a statement's text. @throws RangeError */
export function nameOf(text: string): string {
  if (!isName.test(text)) throw new RangeError("a name within a statement has letters, digits, _ and - only");
  return text;
}
