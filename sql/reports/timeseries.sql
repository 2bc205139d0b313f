-- How does it go, hour by hour, day by day?
-- Days, weeks (from Monday) and months are those of the time zone; an hour that the clock repeats is there twice.
--
-- chart line
-- param interval hour|day|week|month = day  width of a step
-- column time     time     begin of the step; the first and the last may be cut off by the period
-- column visitors people   different browsers whose visits began then
-- column visits   count    visits that began then
-- column views    count    page views then
-- column bounce   percent  of the visits: one view, no click, looked at for less than 10 seconds
-- column seconds  seconds  visible and focused time of a visit, on average
WITH
    toDateTime({from:Date}, {tz:String}) AS since,
    toDateTime({to:Date} + 1, {tz:String}) AS until,
    at -> multiIf(
        {interval:String} = 'hour', toStartOfHour(at, {tz:String}),
        {interval:String} = 'day', toStartOfDay(at, {tz:String}),
        {interval:String} = 'week', toDateTime(toMonday(at, {tz:String}), {tz:String}),
        toDateTime(toStartOfMonth(at, {tz:String}), {tz:String})) AS step,
    -- A visit within a quarter of an hour has its views where it begins. Of the few others each view is looked at by itself.
    begun AS
    (
        SELECT
            step(started_at) AS begin,
            uniqExactIf(visitor, begins) AS visitors,
            countIf(begins) AS visits,
            sumIf(views, begins AND empty(crossing_at)) AS views,
            sumIf(is_bounce, begins) AS bounces,
            sumIf(engaged_ms, begins) AS ms,
            groupArrayArray(arrayFilter(at -> at >= since AND at < until, crossing_at)) AS crossing
        FROM
        (
            SELECT *, started_at >= since AS begins
            FROM razi.sessions_of(first = {from:Date} - 3, last = {to:Date} + 1)
            WHERE {{reaching}}
        )
        GROUP BY begin
    ),
    counted AS
    (
        SELECT one.1 AS begin, one.2 AS visitors, one.3 AS visits, one.4 AS views, one.5 AS bounces, one.6 AS ms
        FROM
        (
            SELECT arrayJoin(arrayPushFront(
                arrayMap(at -> (step(at), 0::UInt64, 0::UInt64, 1::UInt64, 0::UInt64, 0::UInt64), crossing),
                (begin, begun.visitors, begun.visits, begun.views, begun.bounces, begun.ms))) AS one
            FROM begun
        )
        WHERE begin >= step(since)
        UNION ALL
        -- Nothing is a value too.
        SELECT DISTINCT step(since + INTERVAL number HOUR) AS begin, 0, 0, 0, 0, 0
        FROM numbers(toUInt64(dateDiff('hour', since, until)))
    )
SELECT
    if({interval:String} = 'hour',
        replaceRegexpOne(formatDateTime(begin, '%FT%T%z'), '(\\d\\d)$', ':\\1'),
        toString(toDate(begin, {tz:String}))) AS time,
    sum(counted.visitors) AS visitors,
    sum(counted.visits) AS visits,
    sum(counted.views) AS views,
    if(visits = 0, NULL, round(100 * sum(bounces) / visits, 1)) AS bounce,
    if(visits = 0, NULL, round(sum(ms) / visits / 1000, 1)) AS seconds
FROM counted
GROUP BY begin
ORDER BY begin
