-- Sessions of closed days, one row each. They can be made again from the events, and live no longer than those.
CREATE TABLE IF NOT EXISTS razi.session_log
(
    run             UInt64                 COMMENT 'closing that made it',
    site            LowCardinality(String) COMMENT 'id of the site',
    session         String                 COMMENT 'random id of the visit',
    visitor         UUID                   COMMENT 'random id of the browser on this site',
    pseudonym       UInt64                 COMMENT 'the visitor as analysts see it',
    started_at      DateTime64(3, 'UTC')   COMMENT 'first event',
    ended_at        DateTime64(3, 'UTC')   COMMENT 'last event',
    views           UInt32                 COMMENT 'page views',
    clicks          UInt32                 COMMENT 'clicks',
    services_seen   UInt32                 COMMENT 'services that were seen',
    services_chosen UInt32                 COMMENT 'services that were chosen',
    engaged_ms      UInt64                 COMMENT 'visible and focused time, ms',
    is_bounce       UInt8                  COMMENT 'one view, no click, less than ten seconds',
    entry_path      LowCardinality(String) COMMENT 'page of the first view',
    exit_path       LowCardinality(String) COMMENT 'page of the last view',
    referrer        LowCardinality(String) COMMENT 'of the first view',
    channel         LowCardinality(String) COMMENT 'of the first view',
    utm_source      LowCardinality(String) COMMENT 'of the first view, with consent to marketing only',
    utm_medium      LowCardinality(String) COMMENT 'of the first view, with consent to marketing only',
    utm_campaign    LowCardinality(String) COMMENT 'of the first view, with consent to marketing only',
    lang            LowCardinality(String) COMMENT 'of the first view',
    viewport        UInt16                 COMMENT 'of the first view',
    browser         LowCardinality(String) COMMENT 'of the first event',
    browser_major   UInt16                 COMMENT 'of the first event',
    os              LowCardinality(String) COMMENT 'of the first event',
    device          LowCardinality(String) COMMENT 'of the first event',
    country         LowCardinality(String) COMMENT 'of the first event',
    bot             Bool                   COMMENT 'says it is a machine',
    consent_id      UUID                   COMMENT 'the consent that allows its events',
    erase_after     DateTime('UTC')        COMMENT 'the earliest of its events'
)
ENGINE = MergeTree
PARTITION BY (toDate(started_at), run)
ORDER BY (site, started_at)
TTL erase_after DELETE
SETTINGS
    default_compression_codec = 'ZSTD(1)',
    merge_with_ttl_timeout = 86400;

-- Which days (UTC) are closed, by which run. A later row of a day replaces the earlier: to open one again, insert it as open.
CREATE TABLE IF NOT EXISTS razi.closed_days
(
    day     Date   COMMENT 'of the first event of the sessions',
    run     UInt64 COMMENT 'when the closing began, ms since 1970; the sessions of another run are not read',
    is_open Bool   COMMENT 'whether it was opened again',
    events  String COMMENT 'state of the events of this day and its neighbours; another one is another closing'
)
ENGINE = ReplacingMergeTree(run)
ORDER BY day;

-- The first day that is not closed: from there on sessions are made from the events at each question.
CREATE OR REPLACE VIEW razi.first_open_day DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT if(countIf(is_open) > 0, minIf(day, is_open), if(count() = 0, toDate('1970-01-02'), max(day) + 1)) AS day
FROM razi.closed_days FINAL;

-- The sessions that begin on these days (UTC): what one visitor does on a site, with pauses of less than 30 minutes. The SDK
-- begins its id with the first event after a longer pause, so a session goes on over midnight, and its events may come in
-- any order; it is followed to the end of the next day.
-- A bounce is a session with one view and no click, in which the page was looked at for less than ten seconds.
CREATE OR REPLACE VIEW razi.sessions_between DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH bitShiftLeft(toUInt128(toUnixTimestamp64Milli(e.at)), 80) + bitShiftLeft(toUInt128(e.seq), 64) + cityHash64(e.page) AS place
SELECT
    site,
    session,
    e.visitor AS visitor,
    any(e.pseudonym) AS pseudonym,
    min(e.at) AS started_at,
    max(e.at) AS ended_at,
    toUInt32(countIf(type = 'view')) AS views,
    toUInt32(countIf(type = 'click')) AS clicks,
    toUInt32(countIf(type = 'service' AND action = 'view')) AS services_seen,
    toUInt32(countIf(type = 'service' AND action = 'choose')) AS services_chosen,
    sum(e.engaged_ms) AS engaged_ms,
    views = 1 AND clicks = 0 AND services_chosen = 0 AND engaged_ms < 10000 AS is_bounce,
    argMinIf(path, place, type = 'view') AS entry_path,
    argMaxIf(path, place, type = 'view') AS exit_path,
    -- How it came about is said by its first view, the rest by its first event. First is who is earlier; of what happens in one
    -- millisecond, the lower number. (A tuple would say the same, five times as slowly.)
    argMinIf(e.referrer, place, type = 'view') AS referrer,
    argMinIf(e.channel, place, type = 'view') AS channel,
    argMinIf(e.utm_source, place, type = 'view') AS utm_source,
    argMinIf(e.utm_medium, place, type = 'view') AS utm_medium,
    argMinIf(e.utm_campaign, place, type = 'view') AS utm_campaign,
    argMinIf(e.lang, place, type = 'view') AS lang,
    argMinIf(e.viewport, place, type = 'view') AS viewport,
    argMin(e.browser, place) AS browser,
    argMin(e.browser_major, place) AS browser_major,
    argMin(e.os, place) AS os,
    argMin(e.device, place) AS device,
    argMin(e.country, place) AS country,
    max(e.bot) AS bot,
    -- One of them all: another consent is another visitor.
    any(e.consent_id) AS consent_id,
    min(e.erase_after) AS erase_after
FROM razi.event_log AS e FINAL
-- The day before tells which sessions had begun.
WHERE toDate(e.at) BETWEEN {first:Date} - 1 AND {last:Date} + 1 AND e.erase_after > now()
GROUP BY site, e.visitor, session
HAVING toDate(started_at) BETWEEN {first:Date} AND {last:Date}
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- What analysts read: one row a session.
CREATE OR REPLACE VIEW razi.sessions DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * EXCEPT (run, consent_id, erase_after, pseudonym) REPLACE (pseudonym AS visitor)
FROM razi.session_log
WHERE (toDate(started_at), run) IN (SELECT day, run FROM razi.closed_days FINAL WHERE NOT is_open)
    AND toDate(started_at) < (SELECT day FROM razi.first_open_day)
    AND erase_after > now()
UNION ALL
SELECT * EXCEPT (consent_id, erase_after, pseudonym) REPLACE (pseudonym AS visitor)
FROM razi.sessions_between(first = (SELECT day FROM razi.first_open_day), last = toDate('2100-01-01'));
