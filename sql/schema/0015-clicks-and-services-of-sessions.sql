-- The clicks and services of a session, in its row, as its views are: what asks for them, or for visits that have one, reads a row a
-- session in place of all events. When they were, only of sessions that go on into another quarter of an hour.
ALTER TABLE razi.session_log
    ADD COLUMN IF NOT EXISTS clicked_kind        Array(LowCardinality(String))  COMMENT 'of each click: the sort of button or contact',
    ADD COLUMN IF NOT EXISTS clicked_label       Array(LowCardinality(String))  COMMENT 'of each click: the name that the site gave to it',
    ADD COLUMN IF NOT EXISTS seen_service        Array(LowCardinality(String))  COMMENT 'of each time that one was seen: the service',
    ADD COLUMN IF NOT EXISTS chosen_service      Array(LowCardinality(String))  COMMENT 'of each time that one was chosen: the service',
    ADD COLUMN IF NOT EXISTS crossing_clicked_at Array(DateTime64(3, 'UTC'))    COMMENT 'of each click: when; empty within a quarter of an hour' CODEC(T64, LZ4),
    ADD COLUMN IF NOT EXISTS crossing_seen_at    Array(DateTime64(3, 'UTC'))    COMMENT 'of each service seen: when; empty within a quarter of an hour' CODEC(T64, LZ4),
    ADD COLUMN IF NOT EXISTS crossing_chosen_at  Array(DateTime64(3, 'UTC'))    COMMENT 'of each service chosen: when; empty within a quarter of an hour' CODEC(T64, LZ4);

-- Closed anew, with their clicks and services; until then their sessions are made from the events at each question.
-- when: SELECT 1 FROM razi.closed_days FINAL WHERE NOT is_open
INSERT INTO razi.closed_days (day, run, is_open, events)
SELECT day, toUnixTimestamp64Milli(now64(3)), true, '' FROM razi.closed_days FINAL WHERE NOT is_open;

-- As before, and with clicks and services.
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
    arraySort(page -> page[1].3, arrayFilter(page -> NOT page[1].2, told_by_page)) AS told_by_view,
    arraySort(groupArrayIf((place, e.kind, e.label), type = 'click')) AS told_clicks,
    arraySort(groupArrayIf((place, e.service), type = 'service' AND action = 'view')) AS told_seen,
    arraySort(groupArrayIf((place, e.service), type = 'service' AND action = 'choose')) AS told_chosen,
    toStartOfFifteenMinutes(started_at) != toStartOfFifteenMinutes(ended_at) AS is_crossing
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
    arrayMap(page -> arrayMax(page.5), told_by_view) AS viewed_scroll,
    if(is_crossing, viewed_at, []) AS crossing_at,
    CAST(told_clicks.2, 'Array(LowCardinality(String))') AS clicked_kind,
    CAST(told_clicks.3, 'Array(LowCardinality(String))') AS clicked_label,
    CAST(told_seen.2, 'Array(LowCardinality(String))') AS seen_service,
    CAST(told_chosen.2, 'Array(LowCardinality(String))') AS chosen_service,
    if(is_crossing, arraySort(groupArrayIf(e.at, type = 'click')), []) AS crossing_clicked_at,
    if(is_crossing, arraySort(groupArrayIf(e.at, type = 'service' AND action = 'view')), []) AS crossing_seen_at,
    if(is_crossing, arraySort(groupArrayIf(e.at, type = 'service' AND action = 'choose')), []) AS crossing_chosen_at
FROM razi.event_log AS e FINAL
-- The day before tells which sessions had begun.
WHERE toDate(e.at) BETWEEN {first:Date} - 1 AND {last:Date} + 1 AND e.erase_after > now()
-- By a hash of both, which takes half the time.
GROUP BY site, cityHash64(e.visitor, e.session)
HAVING toDate(started_at) BETWEEN {first:Date} AND {last:Date}
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- The sessions that begin on these days (UTC), as analysts read them. From the day `open` on they are made from all events since
-- `told_from`. Before it they are as they were written down; but those that begin from `fresh_from` on, of visitors who have an event
-- behind the blocks that are known, are made from the events of these visitors. As many blocks as there were when the question came: an
-- insert meanwhile must not make somebody fresh on one side only.
-- How a session is made stands in `sessions_between`, and word for word here: a view in a view is planned four times.
CREATE OR REPLACE VIEW razi.sessions_of DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    (SELECT state FROM razi.written) AS w,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(e.at)), 80) + bitShiftLeft(toUInt128(e.seq), 64) + cityHash64(e.page) AS place,
    w.fresh_from <= {last:Date} AND e.visitor IN (
        SELECT visitor FROM razi.event_log
        WHERE mapContains(w.fresh_after, toUInt32OrZero(_partition_id))
            AND toInt64OrZero(splitByChar('_', _part)[3]) > w.fresh_after[toUInt32OrZero(_partition_id)]
            AND toInt64OrZero(splitByChar('_', _part)[2]) <= w.last_block) AS is_fresh,
    -- By page; of each its view, then the rest.
    arraySort(groupArrayIf((cityHash64(e.page), type != 'view', place, e.engaged_ms, e.scroll), type IN ('view', 'time'))) AS told,
    arraySplit(
        (one, before) -> NOT one.2 OR one.1 != before,
        told,
        arrayPopBack(arrayPushFront(told.1, 0))) AS told_by_page,
    -- What is told of a page without a view counts for the session only.
    arraySort(page -> page[1].3, arrayFilter(page -> NOT page[1].2, told_by_page)) AS told_by_view,
    arraySort(groupArrayIf((place, e.kind, e.label), type = 'click')) AS told_clicks,
    arraySort(groupArrayIf((place, e.service), type = 'service' AND action = 'view')) AS told_seen,
    arraySort(groupArrayIf((place, e.service), type = 'service' AND action = 'choose')) AS told_chosen,
    toStartOfFifteenMinutes(started_at) != toStartOfFifteenMinutes(ended_at) AS is_crossing
SELECT * EXCEPT (consent_id, erase_after, pseudonym) REPLACE (pseudonym AS visitor)
FROM
(
    SELECT * EXCEPT (run)
    FROM razi.session_log
    WHERE toDate(started_at) BETWEEN {first:Date} AND {last:Date}
        AND _partition_id IN (SELECT arrayJoin(w.runs))
        AND (w.fresh_from > {last:Date} OR toDate(started_at) < w.fresh_from OR pseudonym NOT IN (
            SELECT pseudonym FROM razi.event_log
            WHERE mapContains(w.fresh_after, toUInt32OrZero(_partition_id))
                AND toInt64OrZero(splitByChar('_', _part)[3]) > w.fresh_after[toUInt32OrZero(_partition_id)]
                AND toInt64OrZero(splitByChar('_', _part)[2]) <= w.last_block))
        AND erase_after > now()
    UNION ALL
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
        arrayMap(page -> arrayMax(page.5), told_by_view) AS viewed_scroll,
        if(is_crossing, viewed_at, []) AS crossing_at,
        CAST(told_clicks.2, 'Array(LowCardinality(String))') AS clicked_kind,
        CAST(told_clicks.3, 'Array(LowCardinality(String))') AS clicked_label,
        CAST(told_seen.2, 'Array(LowCardinality(String))') AS seen_service,
        CAST(told_chosen.2, 'Array(LowCardinality(String))') AS chosen_service,
        if(is_crossing, arraySort(groupArrayIf(e.at, type = 'click')), []) AS crossing_clicked_at,
        if(is_crossing, arraySort(groupArrayIf(e.at, type = 'service' AND action = 'view')), []) AS crossing_seen_at,
        if(is_crossing, arraySort(groupArrayIf(e.at, type = 'service' AND action = 'choose')), []) AS crossing_chosen_at
    FROM razi.event_log AS e FINAL
    WHERE toDate(e.at) BETWEEN greatest({first:Date}, least(w.told_from + 1, w.fresh_from)) - 1 AND {last:Date} + 1
        AND (toDate(e.at) >= w.told_from OR is_fresh)
        AND e.erase_after > now()
    GROUP BY site, cityHash64(e.visitor, e.session)
    HAVING toDate(started_at) BETWEEN {first:Date} AND {last:Date}
        AND (toDate(started_at) >= w.open OR (max(is_fresh) AND toDate(started_at) >= w.fresh_from))
)
WHERE (SELECT count() FROM razi.hidden_consents) = 0 OR consent_id NOT IN (SELECT consent_id FROM razi.hidden_consents)
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- Analysts have `viewed_at`, which says it of all, and `razi.events` for the moments of the rest.
CREATE OR REPLACE VIEW razi.sessions DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * EXCEPT (crossing_at, crossing_clicked_at, crossing_seen_at, crossing_chosen_at)
FROM razi.sessions_of(first = toDate('1970-01-02'), last = toDate('2100-01-01'));
