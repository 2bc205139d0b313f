-- Of those who came for the first time in a week, how many come again in the weeks after it?
-- The first time within the period. Weeks begin on Monday; the last one may not be over.
--
-- chart cohorts
-- column week     time     Monday of the week of their first visit
-- column later    ordinal  weeks after it
-- column visitors people   of them, those who came in that week
-- column share    percent  of all of them
WITH
    {{visits}},
    weeks AS
    (
        SELECT groupUniqArray(toMonday(started_at, {tz:String})) AS active
        FROM visits
        GROUP BY visitor
    ),
    cohorts AS
    (
        SELECT arrayMin(active) AS week, intDiv(arrayJoin(active) - week, 7) AS later, count() AS visitors
        FROM weeks
        GROUP BY week, later
    )
SELECT
    week,
    later,
    visitors,
    round(100 * visitors / max(visitors) OVER (PARTITION BY week), 1) AS share
FROM cohorts
ORDER BY week, later
