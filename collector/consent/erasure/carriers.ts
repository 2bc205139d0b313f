/**
 * Everything that can hold something of a visitor, and what becomes of it when they are erased. A test compares this with the
 * columns of a real database and with the files of a real data directory: what is not here fails it.
 */

/**
 * `person`: leads to a visitor, and goes with the erasure. `number`: the number of a consent, which stays as proof that the law
 * was kept, and leads to nobody once the rows are gone. `nothing`: names of the configuration, hashes of texts, words of a closed list.
 */
export type Holds = "person" | "number" | "nothing";

export interface TableCarrier {
  /** `rows` are deleted; `work` exists only while an erasure is carried out; `proof` stays, and says until when. */
  readonly of: "rows" | "work" | "proof" | "nothing";
  readonly until?: string;
  /** Each column that has text, an id, bytes or the state of an aggregate. */
  readonly columns: Readonly<Record<string, Holds>>;
}

const holding = (holds: Holds, names: string): Record<string, Holds> =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, holds]));

/** Of the database `razi`. Views hold nothing of their own. */
export const tableCarriers: Readonly<Record<string, TableCarrier>> = {
  event_log: {
    of: "rows",
    until: "erase_after, by TTL",
    columns: holding(
      "person",
      `site type page session visitor path route title referrer channel utm_source utm_medium utm_campaign kind label
      service action browser os device country ip_prefix lang consent_id blocks policy sdk`,
    ),
  },
  session_log: {
    of: "rows",
    until: "erase_after, by TTL",
    columns: holding(
      "person",
      `site session visitor entry_path exit_path referrer channel utm_source utm_medium utm_campaign lang browser os
      device country consent_id viewed_path clicked_kind clicked_label seen_service chosen_service`,
    ),
  },
  closed_days: { of: "nothing", columns: { events: "nothing" } },
  consents: {
    of: "proof",
    until: "kept: what was agreed to and taken back; the copies abroad go with the rows",
    columns: {
      consent_id: "number",
      ...holding(
        "nothing",
        "site event blocks controller jurisdiction notice policy policy_version lang source_ui source_action",
      ),
    },
  },
  revocations: {
    of: "proof",
    until: "the consent would have ended, by TTL: late events must be refused",
    columns: { consent_id: "number", ...holding("nothing", "collector site event blocks") },
  },
  requests: {
    of: "proof",
    until: "five years, by TTL",
    columns: { consent_id: "number", ...holding("nothing", "id site kind reason blocks asked_by") },
  },
  request_states: {
    of: "proof",
    until: "five years, by TTL",
    columns: holding("nothing", "request state batch outcome"),
  },
  certificates: { of: "proof", until: "five years, by TTL", columns: holding("nothing", "request jws") },
  erasure_counts: { of: "proof", until: "kept", columns: holding("nothing", "request destination carrier") },
  erasure_acks: { of: "nothing", columns: holding("nothing", "batch collector carrier") },
  holds: { of: "proof", until: "kept", columns: { consent_id: "number", ...holding("nothing", "site reference") } },
  tombstones: {
    of: "proof",
    until: "the consent would have ended, by TTL",
    columns: holding("nothing", "of site blocks"),
  },
  subjects: { of: "work", columns: { consent_id: "number", ...holding("nothing", "batch act request") } },
  subject_rows: {
    of: "work",
    columns: { ...holding("person", "consent_id visitor session page"), batch: "nothing" },
  },
  collectors: { of: "nothing", columns: holding("nothing", "collector") },
  leases: { of: "nothing", columns: holding("nothing", "name holder") },
  // Sums, of which each reason is one of a closed list.
  count_log: { of: "nothing", columns: holding("nothing", "site name reason collector") },
  texts: { of: "nothing", columns: holding("nothing", "hash kind site body") },
  migrations: { of: "nothing", columns: holding("nothing", "name checksum") },
};

/** ClickHouse's own tables that keep the texts of statements, where a server has them; the embedded engine has none. */
export const logCarriers: Readonly<Record<string, string>> = {
  query_log: "query",
  query_thread_log: "query",
  query_views_log: "view_query",
  asynchronous_insert_log: "query",
  text_log: "message",
};

/** A file of a data directory, by its path there. */
export interface FileCarrier {
  readonly path: RegExp;
  /** How what is in it goes. */
  readonly goes: "rewritten" | "deleted" | "with its table" | "at once" | "proof" | "nothing";
}

export const fileCarriers: readonly FileCarrier[] = [
  { path: /^(workers\/\d+\/)?spool\/[^/]+\/(\w+\/)?\d{20}\.seg$/, goes: "rewritten" },
  { path: /^(workers\/\d+\/)?spool\/[^/]+\/(\w+\/)?quarantine\/(line|damaged)-[\w-]+\.json$/, goes: "deleted" },
  { path: /^(workers\/\d+\/)?spool\/[^/]+\/(\w+\/)?(cursor|lock)(\/.*)?$/, goes: "nothing" },
  { path: /^(workers\/\d+\/)?collector\.id$/, goes: "nothing" },
  { path: /^exports\/[\w.-]+$/, goes: "deleted" },
  // The number of a consent and what was taken back of it.
  { path: /^revocations\.log$/, goes: "proof" },
  // A keyed hash of that number.
  { path: /^tombstones\.log(\.\d+\.new)?$/, goes: "proof" },
  { path: /^keys\/[\w.-]+$/, goes: "nothing" },
  { path: /^(admin\.key|dashboard\.key|operators\.keys|report-keys\.json)$/, goes: "nothing" },
  { path: /^texts\/[\w-]+\.json$/, goes: "nothing" },
  { path: /^scripts\/[\w.-]+$/, goes: "nothing" },
  { path: /^lock(\/.*)?$/, goes: "nothing" },
  { path: /^clickhouse\/db\/(store|data)\//, goes: "with its table" },
  // Rows on their way into the engine, for the length of one insert.
  { path: /^clickhouse\/inbox\//, goes: "at once" },
  { path: /^clickhouse\/(version|users\.xml|config\.xml)$/, goes: "nothing" },
  {
    path: /^clickhouse\/db\/(metadata|metadata_dropped|tmp|user_files|format_schemas|[\w-]+)(\/.*)?$/,
    goes: "nothing",
  },
];
