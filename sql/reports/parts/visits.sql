-- The visits that began in the period and pass the filters.
--
-- param site String           id of the site
-- param from Date = period    first day
-- param to   Date = period    last day, inclusive
-- param tz   TimeZone = site  time zone of days, weeks and hours
visits AS
(
    SELECT *
    FROM razi.sessions_of(first = {from:Date} - 1, last = {to:Date} + 1)
    WHERE site = {site:String}
      AND started_at >= toDateTime64({from:Date}, 3, {tz:String})
      AND started_at < toDateTime64({to:Date} + 1, 3, {tz:String})
      AND {{people}}
      {{filters}}
)
