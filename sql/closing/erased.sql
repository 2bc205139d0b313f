-- Of how many visitors were the events of a visit erased, or the campaigns in them, while their sessions were written?
SELECT toUInt32(uniqExact(visitor)) AS visitors
FROM razi.session_log
WHERE toDate(started_at) BETWEEN {first:Date} AND {last:Date} AND run = {run:UInt64}
  AND (
    cityHash64(visitor, session) NOT IN
    (
        SELECT cityHash64(visitor, session)
        FROM razi.event_log
        WHERE toDate(at) BETWEEN {first:Date} - 1 AND {last:Date} + 1
    )
    OR (
        (utm_source != '' OR utm_medium != '' OR utm_campaign != '' OR channel = 'campaign')
        AND cityHash64(visitor, session) NOT IN
        (
            SELECT cityHash64(visitor, session)
            FROM razi.event_log
            WHERE toDate(at) BETWEEN {first:Date} - 1 AND {last:Date} + 1
              AND (utm_source != '' OR utm_medium != '' OR utm_campaign != '' OR channel = 'campaign')
        )
    )
  )
