-- What visitors asked, and what became of it. Append-only: a request's state is another row. Kept as proof that it was answered in
-- time, for as long as a consent can last; beside the number of the consent nothing leads to a person.
CREATE TABLE IF NOT EXISTS razi.requests
(
    id         String                          COMMENT 'of the request; of a withdrawal that of its act in the feed',
    consent_id UUID                            COMMENT 'number of the consent; no secret',
    site       LowCardinality(String)          COMMENT 'id of the site',
    kind       LowCardinality(String)          COMMENT 'export, receipt, erase, archive, object or unblock',
    reason     LowCardinality(String)          COMMENT 'request, withdrawal, expiry, death, purpose or returned',
    blocks     Array(LowCardinality(String))   COMMENT 'an erasure is of what rested on these',
    since      Nullable(DateTime64(3, 'UTC'))  COMMENT 'of what happened from then on',
    until      Nullable(DateTime64(3, 'UTC'))  COMMENT 'and before',
    asked_at   DateTime64(3, 'UTC')            COMMENT 'when',
    asked_by   LowCardinality(String)          COMMENT 'visitor, operator or razi',
    due_by     Date                            COMMENT 'last business day for it',
    expires_at DateTime64(3, 'UTC')            COMMENT 'end of the consent'
)
ENGINE = ReplacingMergeTree
ORDER BY (site, id)
TTL toDateTime(asked_at) + INTERVAL 5 YEAR DELETE
SETTINGS
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS razi.request_states
(
    request String                  COMMENT 'id of the request',
    state   LowCardinality(String)  COMMENT 'blocked, purged, rebuilt, verified or closed; before the first it is requested',
    batch   LowCardinality(String)  COMMENT 'the erasures that were carried out together; empty: put back',
    at      DateTime64(3, 'UTC')    COMMENT 'since when',
    outcome LowCardinality(String)  COMMENT 'what became of it, one of a few words'
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (request, state)
TTL toDateTime(at) + INTERVAL 5 YEAR DELETE
SETTINGS
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1;

-- How many rows of each carrier an erasure found. Asked again after a crash it finds fewer: the most counts.
CREATE TABLE IF NOT EXISTS razi.erasure_counts
(
    request     String                  COMMENT 'id of the request',
    destination LowCardinality(String)  COMMENT 'name of the destination',
    carrier     LowCardinality(String)  COMMENT 'name of the table',
    count       UInt64                  COMMENT 'rows'
)
ENGINE = ReplacingMergeTree(count)
ORDER BY (request, destination, carrier)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What each collector has taken off its own disk.
CREATE TABLE IF NOT EXISTS razi.erasure_acks
(
    batch     LowCardinality(String)  COMMENT 'the erasures that were carried out together',
    collector LowCardinality(String)  COMMENT 'id of the collector',
    carrier   LowCardinality(String)  COMMENT 'spool, quarantine or exports',
    count     UInt64                  COMMENT 'rows, refused rows or files',
    at        DateTime64(3, 'UTC')    COMMENT 'when'
)
ENGINE = ReplacingMergeTree(count)
ORDER BY (batch, collector, carrier)
TTL toDateTime(at) + INTERVAL 1 YEAR DELETE
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Collectors that have a disk to take rows off.
CREATE TABLE IF NOT EXISTS razi.collectors
(
    collector LowCardinality(String)  COMMENT 'id of the collector',
    seen_at   DateTime64(3, 'UTC')    COMMENT 'when it last said so',
    gone      Bool                    COMMENT 'its disk is no more'
)
ENGINE = ReplacingMergeTree(seen_at)
ORDER BY collector
TTL toDateTime(seen_at) + INTERVAL 90 DAY DELETE
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Whom a statement is about, so that no statement has an id in its text: logs and mutations keep texts. Gone with its batch.
CREATE TABLE IF NOT EXISTS razi.subjects
(
    batch      String                            COMMENT 'of erasures, or of one look',
    act        LowCardinality(String)            COMMENT 'rows, copies, range, campaign, hidden or read',
    consent_id UUID                              COMMENT 'number of the consent; no secret',
    request    String                            COMMENT 'id of the request',
    since      DateTime64(3, 'UTC')              COMMENT 'of a range',
    until      DateTime64(3, 'UTC')              COMMENT 'of a range',
    at         DateTime('UTC') DEFAULT now()     COMMENT 'when it was put here'
)
ENGINE = ReplacingMergeTree
PARTITION BY batch
ORDER BY (act, consent_id, request)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What leads to them in rows, found before those are gone.
CREATE TABLE IF NOT EXISTS razi.subject_rows
(
    batch      String           COMMENT 'of erasures',
    consent_id UUID             COMMENT 'number of the consent; no secret',
    visitor    UUID             COMMENT 'random id of the browser on this site',
    session    String           COMMENT 'random id of the visit',
    page       String           COMMENT 'random id of the page view',
    seq        Int32            COMMENT 'place within the page view; -1 for all of it'
)
ENGINE = ReplacingMergeTree
PARTITION BY batch
ORDER BY (consent_id, page, seq, session, visitor)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What must not come back, by a keyed hash of the consent's number that only the collectors can make. Until the consent would
-- have ended: no row outlives that.
CREATE TABLE IF NOT EXISTS razi.tombstones
(
    of      String                           COMMENT 'HMAC-SHA-256 of the number of the consent, base64url',
    site    LowCardinality(String)           COMMENT 'id of the site',
    blocks  Array(LowCardinality(String))    COMMENT 'what rested on these is gone',
    since   Nullable(DateTime64(3, 'UTC'))   COMMENT 'of what happened from then on',
    until   Nullable(DateTime64(3, 'UTC'))   COMMENT 'and before',
    at      DateTime64(3, 'UTC')             COMMENT 'when',
    expires DateTime('UTC')                  COMMENT 'when no row can rest on the consent any more'
)
ENGINE = ReplacingMergeTree
ORDER BY (of, site, blocks, at)
TTL expires DELETE
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What the law says must be kept for now. A row more ends one.
CREATE TABLE IF NOT EXISTS razi.holds
(
    consent_id UUID                    COMMENT 'number of the consent; no secret',
    site       LowCardinality(String)  COMMENT 'id of the site',
    reference  String                  COMMENT 'of the order that says so',
    held       Bool                    COMMENT 'whether it stands',
    at         DateTime64(3, 'UTC')    COMMENT 'since when'
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (site, consent_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What is handed to who asked for an erasure: signed, and without an identifier.
CREATE TABLE IF NOT EXISTS razi.certificates
(
    request String                COMMENT 'id of the request',
    jws     String                COMMENT 'compact JWS, EdDSA',
    at      DateTime64(3, 'UTC')  COMMENT 'when it was signed'
)
ENGINE = ReplacingMergeTree(at)
ORDER BY request
TTL toDateTime(at) + INTERVAL 5 YEAR DELETE
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Who carries out erasures at the moment: of those who claim it, who did so first.
CREATE TABLE IF NOT EXISTS razi.leases
(
    name   LowCardinality(String)  COMMENT 'of the work',
    holder String                  COMMENT 'a process',
    since  DateTime64(3, 'UTC')    COMMENT 'when it began to claim it',
    until  DateTime64(3, 'UTC')    COMMENT 'when the claim ends, unless it is renewed',
    at     DateTime64(6, 'UTC') DEFAULT now64(6) COMMENT 'when it was renewed or given up'
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (name, holder)
TTL toDateTime(until) + INTERVAL 1 DAY DELETE;

-- Consents of whom nothing is shown: what a visitor had blocked, or what is being erased, is kept and not used (clause KG-3.2).
CREATE OR REPLACE VIEW razi.hidden_consents DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT consent_id FROM razi.subjects WHERE act IN ('hidden', 'rows', 'copies')
UNION ALL
SELECT consent_id FROM razi.revocations WHERE event IN ('blocked', 'unblocked')
GROUP BY consent_id HAVING argMax(event, (at, seq)) = 'blocked';

-- As before, and without those.
CREATE OR REPLACE VIEW razi.events DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * EXCEPT (consent_id) REPLACE (pseudonym AS visitor)
FROM razi.event_log FINAL
WHERE erase_after > now() AND consent_id NOT IN (SELECT consent_id FROM razi.hidden_consents)
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE OR REPLACE VIEW razi.sessions DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * EXCEPT (run, consent_id, erase_after, pseudonym) REPLACE (pseudonym AS visitor)
FROM razi.session_log
WHERE (toDate(started_at), run) IN (SELECT day, run FROM razi.closed_days FINAL WHERE NOT is_open)
    AND toDate(started_at) < (SELECT day FROM razi.first_open_day)
    AND erase_after > now()
    AND consent_id NOT IN (SELECT consent_id FROM razi.hidden_consents)
UNION ALL
SELECT * EXCEPT (consent_id, erase_after, pseudonym) REPLACE (pseudonym AS visitor)
FROM razi.sessions_between(first = (SELECT day FROM razi.first_open_day), last = toDate('2100-01-01'))
WHERE consent_id NOT IN (SELECT consent_id FROM razi.hidden_consents);
