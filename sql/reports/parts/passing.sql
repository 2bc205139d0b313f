-- only with filters; by a hash of both, which is compared in half the time
AND cityHash64(visitor, session) IN
(
    SELECT cityHash64(visitor, session)
    FROM razi.sessions_of(first = {from:Date} - 2, last = {to:Date} + 1)
    WHERE site = {site:String}
      AND started_at >= toDateTime64({from:Date} - 1, 3, {tz:String})
      AND started_at < toDateTime64({to:Date} + 1, 3, {tz:String})
      {{filters}}
)
