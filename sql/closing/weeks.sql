-- Of which weeks (from Monday, UTC) are there days that are over, and closed by more than one run? They are written together.
SELECT toMonday(day) AS week, groupArray((day, events)) AS days
FROM razi.noted_days
WHERE day < toDate(now('UTC')) - 3 AND NOT endsWith(events, ' so far')
GROUP BY week
HAVING uniqExact(run) > 1
ORDER BY week
