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
    -- Of each visit its begin with all its views, or, where it may go on into another step or out of the period, its begin and then
    -- each view.
    moments AS
    (
        SELECT visitor, is_bounce, engaged_ms, moment.1 AS at, moment.2 AS views, moment.3 AS begins
        FROM
        (
            SELECT visitor, is_bounce, engaged_ms,
                arrayJoin(if(
                    empty(crossing_at),
                    [(started_at, visits.views, true)],
                    arrayPushFront(arrayMap(at -> (at, toUInt32(1), false), crossing_at), (started_at, toUInt32(0), true)))) AS moment
            FROM razi.sessions_of(first = {from:Date} - 3, last = {to:Date} + 1) AS visits
            WHERE {{reaching}}
        )
        WHERE at >= since AND at < until
    ),
    counted AS
    (
        SELECT step(at) AS begin, uniqExactIf(visitor, begins) AS visitors, countIf(begins) AS visits, sum(moments.views) AS views,
            sumIf(is_bounce, begins) AS bounces, sumIf(engaged_ms, begins) AS ms
        FROM moments
        GROUP BY begin
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
