-- The page views of the period, each with the time that was spent on it. A page that was opened at the end of the period
-- may be left after it; what is told more than a day later is left out.
--
-- param site String           id of the site
-- param from Date = period    first day
-- param to   Date = period    last day, inclusive
-- param tz   TimeZone = site  time zone of days, weeks and hours
page_views AS
(
    SELECT
        visitor,
        anyIf(path, type = 'view') AS viewed,
        countIf(type = 'view' AND at < toDateTime64({to:Date} + 1, 3, {tz:String})) AS views,
        sum(engaged_ms) / 1000 AS engaged,
        max(scroll) AS depth
    FROM razi.events
    WHERE site = {site:String}
      AND at >= toDateTime64({from:Date}, 3, {tz:String})
      AND at < toDateTime64({to:Date} + 2, 3, {tz:String})
      AND {{people}}
      {{passing}}
    GROUP BY visitor, page
    HAVING views > 0
)
