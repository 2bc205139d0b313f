-- The views of a session, in its row: what asks for pages reads a row a session in place of all events, and grouping them by page,
-- the dearest question there was, is done once, when a day is closed.
ALTER TABLE razi.session_log
    ADD COLUMN IF NOT EXISTS viewed_at      Array(DateTime64(3, 'UTC'))   COMMENT 'of each view: when',
    ADD COLUMN IF NOT EXISTS viewed_path    Array(LowCardinality(String)) COMMENT 'of each view: its page',
    ADD COLUMN IF NOT EXISTS viewed_ms      Array(UInt32)                 COMMENT 'of each view: visible and focused time, ms' CODEC(T64, ZSTD),
    ADD COLUMN IF NOT EXISTS viewed_scroll  Array(UInt8)                  COMMENT 'of each view: greatest depth, per cent';

-- Most rows of a visitor end on one day: the differences are larger than what is the same.
-- when: SELECT 1 FROM system.tables WHERE database = 'razi' AND name = 'event_log' AND engine = 'ReplacingMergeTree'
ALTER TABLE razi.event_log MODIFY COLUMN erase_after CODEC(ZSTD(1));

-- Closed anew, with their views; until then their sessions are made from the events at each question.
-- when: SELECT 1 FROM razi.closed_days FINAL WHERE NOT is_open
INSERT INTO razi.closed_days (day, run, is_open, events)
SELECT day, toUnixTimestamp64Milli(now64(3)), true, '' FROM razi.closed_days FINAL WHERE NOT is_open;

-- As before, with the views: in the order of time, each with what was told of its page in this session. And names stay the numbers
-- that they are in the table, by which they are counted faster.
CREATE OR REPLACE VIEW razi.sessions_between DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(e.at)), 80) + bitShiftLeft(toUInt128(e.seq), 64) + cityHash64(e.page) AS place,
    -- By page; of each its view, then the rest.
    arraySort(groupArrayIf((cityHash64(e.page), type != 'view', place, e.engaged_ms, e.scroll), type IN ('view', 'time'))) AS told,
    arraySplit(
        (one, before) -> NOT one.2 OR one.1 != before,
        told,
        arrayPopBack(arrayPushFront(told.1, 0))) AS told_by_page,
    -- What is told of a page without a view counts for the session only.
    arraySort(page -> page[1].3, arrayFilter(page -> NOT page[1].2, told_by_page)) AS told_by_view
SELECT
    site,
    any(e.session) AS session,
    any(e.visitor) AS visitor,
    any(e.pseudonym) AS pseudonym,
    min(e.at) AS started_at,
    max(e.at) AS ended_at,
    toUInt32(countIf(type = 'view')) AS views,
    toUInt32(countIf(type = 'click')) AS clicks,
    toUInt32(countIf(type = 'service' AND action = 'view')) AS services_seen,
    toUInt32(countIf(type = 'service' AND action = 'choose')) AS services_chosen,
    sum(e.engaged_ms) AS engaged_ms,
    views = 1 AND clicks = 0 AND services_chosen = 0 AND engaged_ms < 10000 AS is_bounce,
    toLowCardinality(argMinIf(path, place, type = 'view')) AS entry_path,
    toLowCardinality(argMaxIf(path, place, type = 'view')) AS exit_path,
    -- How it came about is said by its first view, the rest by its first event. First is who is earlier; of what happens in one
    -- millisecond, the lower number. (A tuple would say the same, five times as slowly.)
    toLowCardinality(argMinIf(e.referrer, place, type = 'view')) AS referrer,
    toLowCardinality(argMinIf(e.channel, place, type = 'view')) AS channel,
    toLowCardinality(argMinIf(e.utm_source, place, type = 'view')) AS utm_source,
    toLowCardinality(argMinIf(e.utm_medium, place, type = 'view')) AS utm_medium,
    toLowCardinality(argMinIf(e.utm_campaign, place, type = 'view')) AS utm_campaign,
    toLowCardinality(argMinIf(e.lang, place, type = 'view')) AS lang,
    argMinIf(e.viewport, place, type = 'view') AS viewport,
    toLowCardinality(argMin(e.browser, place)) AS browser,
    argMin(e.browser_major, place) AS browser_major,
    toLowCardinality(argMin(e.os, place)) AS os,
    toLowCardinality(argMin(e.device, place)) AS device,
    toLowCardinality(argMin(e.country, place)) AS country,
    max(e.bot) AS bot,
    -- One of them all: another consent is another visitor.
    any(e.consent_id) AS consent_id,
    min(e.erase_after) AS erase_after,
    arraySort(groupArrayIf(e.at, type = 'view')) AS viewed_at,
    CAST(arraySort(groupArrayIf((place, e.path), type = 'view')).2, 'Array(LowCardinality(String))') AS viewed_path,
    arrayMap(page -> toUInt32(arraySum(page.4)), told_by_view) AS viewed_ms,
    arrayMap(page -> arrayMax(page.5), told_by_view) AS viewed_scroll
FROM razi.event_log AS e FINAL
-- The day before tells which sessions had begun.
WHERE toDate(e.at) BETWEEN {first:Date} - 1 AND {last:Date} + 1 AND e.erase_after > now()
-- By a hash of both, which takes half the time.
GROUP BY site, cityHash64(e.visitor, e.session)
HAVING toDate(started_at) BETWEEN {first:Date} AND {last:Date}
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- The sessions that begin on these days (UTC), as analysts read them: of closed days as they were written down, of others as the
-- events say. Days that are not asked for cost nothing, which a condition on `started_at` does not tell of the open ones.
CREATE OR REPLACE VIEW razi.sessions_of DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * EXCEPT (run, consent_id, erase_after, pseudonym) REPLACE (pseudonym AS visitor)
FROM razi.session_log
WHERE toDate(started_at) BETWEEN {first:Date} AND {last:Date}
    AND (toDate(started_at), run) IN (SELECT day, run FROM razi.closed_days FINAL WHERE NOT is_open)
    AND toDate(started_at) < (SELECT day FROM razi.first_open_day)
    AND erase_after > now()
    AND consent_id NOT IN (SELECT consent_id FROM razi.hidden_consents)
UNION ALL
SELECT * EXCEPT (consent_id, erase_after, pseudonym) REPLACE (pseudonym AS visitor)
FROM razi.sessions_between(first = greatest({first:Date}, (SELECT day FROM razi.first_open_day)), last = {last:Date})
WHERE consent_id NOT IN (SELECT consent_id FROM razi.hidden_consents);

CREATE OR REPLACE VIEW razi.sessions DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * FROM razi.sessions_of(first = toDate('1970-01-02'), last = toDate('2100-01-01'));
