-- Of one site, in a period.
--
-- param site String           id of the site
-- param from Date = period    first day
-- param to   Date = period    last day, inclusive
-- param tz   TimeZone = site  time zone of days, weeks and hours
site = {site:String}
  AND at >= toDateTime64({from:Date}, 3, {tz:String})
  AND at < toDateTime64({to:Date} + 1, 3, {tz:String})
