-- Of how many visitors were the events erased while their sessions were written?
SELECT toUInt32(uniqExact(visitor)) AS visitors
FROM razi.session_log
WHERE toDate(started_at) = {day:Date} AND run = {run:UInt64}
  AND visitor NOT IN (SELECT visitor FROM razi.event_log WHERE toDate(at) BETWEEN {day:Date} - 1 AND {day:Date} + 1)
