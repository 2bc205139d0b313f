-- Which days (UTC) are to be closed? Those that are not, or whose events, or those of a day beside, have changed since: of days that
-- have events, and of those that were opened again, or whose run counts no more, which may have none any more.
-- The sessions that begin on a day end on the next, and what happened then is taken for 48 hours more: from the fourth day after, a
-- day is over. Until then it is closed so far, again and again, whenever a fiftieth of its events came since.
WITH
    (
        SELECT groupArray((toDate(partition), max_block_number, rows))
        FROM system.parts
        WHERE active AND database = 'razi' AND table = 'event_log'
    ) AS parts,
    (SELECT mapFromArrays(groupArray(day), groupArray(events)) FROM razi.noted_days) AS noted,
    arrayFilter(part -> abs(part.1 - day) <= 1, parts) AS near,
    arrayMap(beside -> arrayMax(arrayPushBack(arrayFilter(part -> part.1 = beside, near).2, 0)), [day - 1, day, day + 1]) AS blocks,
    arrayMap(block -> toInt64OrZero(block), splitByChar(' ', noted[day])) AS known,
    arrayFilter(part -> part.2 > known[toInt32(part.1 - day) + 2], near) AS fresh
SELECT
    day,
    day < toDate(now('UTC')) - 3 AS is_over,
    concat(arrayStringConcat(blocks, ' '), if(is_over, '', ' so far')) AS events
FROM (SELECT arrayJoin(parts.1) AS day UNION DISTINCT SELECT day FROM razi.closed_days FINAL WHERE day NOT IN (SELECT day FROM razi.noted_days))
WHERE events != noted[day]
    AND (is_over OR NOT mapContains(noted, day) OR 50 * arraySum(fresh.3) > arraySum(near.3))
ORDER BY day
