-- Visits that pass the filters, of which something may have happened in the period: one that began before it is followed to the end
-- of the day after its first.
--
-- param site String           id of the site
-- param from Date = period    first day
-- param to   Date = period    last day, inclusive
-- param tz   TimeZone = site  time zone of days, weeks and hours
site = {site:String}
  AND started_at >= toDateTime64({from:Date} - 2, 3, {tz:String})
  AND started_at < toDateTime64({to:Date} + 1, 3, {tz:String})
  AND {{people}}
  {{filters}}
