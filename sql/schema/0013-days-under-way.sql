-- Days that are not over are written down too, by and by. A question then makes from the events only what is not written down yet: the
-- sessions of visitors of whom an event came since.

-- What is written down, in one row, so that a question sees one state of it. A block is the number that ClickHouse gives to an insert
-- into a day; a part of a table has the blocks from one to another.
CREATE OR REPLACE VIEW razi.written DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    (SELECT day FROM razi.first_open_day) AS open,
    toDate('2100-01-01') AS never,
    day <= open AND block > known AS is_fresh
SELECT CAST(
    (
        groupArrayIf(concat(toString(toYYYYMMDD(day)), '-', toString(run)), run > 0 AND day < open),
        open,
        min(if(block > 0 AND day >= open, day, never)) - 1,
        min(if(is_fresh, day, never)) - 1,
        mapFromArrays(groupArrayIf(toYYYYMMDD(day), is_fresh), groupArrayIf(known, is_fresh)),
        max(block)
    ),
    'Tuple(
        runs Array(String),
        open Date,
        told_from Date,
        fresh_from Date,
        fresh_after Map(UInt32, Int64),
        last_block Int64)') AS state
FROM
(
    -- Of a day: which run counts, its last block, and the last that is in the sessions of this day and of those beside, which go on into
    -- it or began there. Of a day that is missing among those closed, none is known.
    SELECT day, max(run) AS run, max(block) AS block, if(day < open AND run = 0, 0, min(known)) AS known
    FROM
    (
        SELECT toDate(partition) AS day, 0 AS run, max(max_block_number) AS block, block AS known
        FROM system.parts
        WHERE active AND database = 'razi' AND table = 'event_log'
        GROUP BY day
        UNION ALL
        SELECT day + beside, if(beside = 0, run, 0), 0, toInt64OrZero(splitByChar(' ', events)[beside + 2])
        FROM razi.closed_days FINAL
        ARRAY JOIN [-1, 0, 1] AS beside
        WHERE NOT is_open
    )
    GROUP BY day
);

-- The sessions that begin on these days (UTC), as analysts read them. From the day `open` on they are made from all events since
-- `told_from`. Before it they are as they were written down; but those that begin from `fresh_from` on, of visitors who have an event
-- behind the blocks that are known, are made from the events of these visitors. As many blocks as there were when the question came: an
-- insert meanwhile must not make somebody fresh on one side only.
-- How a session is made stands in `sessions_between`, and word for word here: a view in a view is planned four times.
CREATE OR REPLACE VIEW razi.sessions_of DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    (SELECT state FROM razi.written) AS w,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(e.at)), 80) + bitShiftLeft(toUInt128(e.seq), 64) + cityHash64(e.page) AS place,
    e.visitor IN (
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
    arraySort(page -> page[1].3, arrayFilter(page -> NOT page[1].2, told_by_page)) AS told_by_view
SELECT * EXCEPT (consent_id, erase_after, pseudonym) REPLACE (pseudonym AS visitor)
FROM
(
    SELECT * EXCEPT (run)
    FROM razi.session_log
    WHERE toDate(started_at) BETWEEN {first:Date} AND {last:Date}
        AND _partition_id IN (SELECT arrayJoin(w.runs))
        AND (toDate(started_at) < w.fresh_from OR pseudonym NOT IN (
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
        arrayMap(page -> arrayMax(page.5), told_by_view) AS viewed_scroll
    FROM razi.event_log AS e FINAL
    WHERE toDate(e.at) BETWEEN greatest({first:Date}, least(w.told_from + 1, w.fresh_from)) - 1 AND {last:Date} + 1
        AND (toDate(e.at) >= w.told_from OR is_fresh)
        AND e.erase_after > now()
    GROUP BY site, cityHash64(e.visitor, e.session)
    HAVING toDate(started_at) BETWEEN {first:Date} AND {last:Date}
        AND (toDate(started_at) >= w.open OR (max(is_fresh) AND toDate(started_at) >= w.fresh_from))
)
WHERE consent_id NOT IN (SELECT consent_id FROM razi.hidden_consents)
SETTINGS do_not_merge_across_partitions_select_final = 1;
