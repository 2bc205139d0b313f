-- Which runs are read no more: replaced by a later one, or cut off? A run that is not noted yet has an hour.
SELECT week, run
FROM
(
    SELECT DISTINCT toDate(substring(partition, 3, 10)) AS week, toUInt64(extract(partition, ',(\\d+)')) AS run
    FROM system.parts
    WHERE active AND database = 'razi' AND table = 'session_log'
)
WHERE (week, run) NOT IN (SELECT toMonday(day), run FROM razi.closed_days FINAL WHERE NOT is_open)
  AND run < {now:UInt64} - 3600000
