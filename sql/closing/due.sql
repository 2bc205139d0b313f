-- Which days (UTC) can be closed? The sessions that begin on one end on the next, and what happened then is taken for 48 hours
-- more; so from the fourth day after. Those that are not closed, or whose events, or those of a day beside, have changed since:
-- of days that have events, and of those that were opened again, which may have none any more.
WITH
    held AS
    (
        SELECT toDate(partition) AS day, max(max_block_number) AS block
        FROM system.parts
        WHERE active AND database = 'razi' AND table = 'event_log'
        GROUP BY day
    ),
    (SELECT mapFromArrays(groupArray(day), groupArray(block)) FROM held) AS blocks
SELECT
    day,
    arrayStringConcat(arrayMap(each -> toString(blocks[each]), [day - 1, day, day + 1]), ' ') AS events
FROM (SELECT day FROM held UNION DISTINCT SELECT day FROM razi.closed_days FINAL WHERE is_open)
WHERE day < toDate(now('UTC')) - 3
    AND (day, events) NOT IN (SELECT day, events FROM razi.closed_days FINAL WHERE NOT is_open)
ORDER BY day
