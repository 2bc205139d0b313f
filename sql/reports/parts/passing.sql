-- only with filters
AND (visitor, session) IN
(
    SELECT visitor, session
    FROM razi.sessions
    WHERE site = {site:String}
      AND started_at >= toDateTime64({from:Date} - 1, 3, {tz:String})
      AND started_at < toDateTime64({to:Date} + 1, 3, {tz:String})
      {{filters}}
)
