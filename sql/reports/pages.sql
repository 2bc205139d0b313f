-- Which pages are read, by how many, and for how long?
--
-- param site  String                 id of the site
-- param from  Date     = 30 days ago first day, UTC
-- param to    Date     = today       last day, UTC
-- param limit UInt32   = 20          how many pages
-- param bots  UInt8    = 0           1 to count machines too
--
-- column path      page, identifiers replaced by :id
-- column views     page views
-- column visitors  different browsers
-- column seconds   average visible and focused time of a view, in seconds
-- column scroll    average of the greatest depth, per cent
WITH
    views AS
    (
        SELECT page, visitor, path
        FROM razi.events
        WHERE site = {site:String} AND type = 'view' AND (NOT bot OR {bots:UInt8})
          AND toDate(at) BETWEEN {from:Date} AND {to:Date}
    ),
    times AS
    (
        SELECT page, visitor, sum(engaged_ms) AS ms, max(scroll) AS depth
        FROM razi.events
        -- A page that is opened at the end of the period may be left a day later.
        WHERE site = {site:String} AND type = 'time'
          AND toDate(at) BETWEEN {from:Date} AND {to:Date} + 2
        GROUP BY page, visitor
    )
SELECT
    path,
    count() AS views,
    uniqExact(visitor) AS visitors,
    round(avg(times.ms) / 1000, 1) AS seconds,
    round(avg(times.depth)) AS scroll
FROM views
LEFT JOIN times USING (page, visitor)
GROUP BY path
ORDER BY views DESC, path
LIMIT {limit:UInt32}
