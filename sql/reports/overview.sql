-- How is the site doing, compared with the period before?
--
-- chart figures
-- compare previous
-- column visitors        people   different browsers
-- column visits          count    visits that began in the period
-- column views           count    page views
-- column views_per_visit number   page views of a visit, on average
-- column bounce          percent  of the visits: one view, no click, looked at for less than 10 seconds
-- column seconds         seconds  visible and focused time of a visit, on average
-- column duration        seconds  from the first to the last event of a visit, on average
WITH
    toDateTime64({from:Date}, 3, {tz:String}) AS since,
    toDateTime64({to:Date} + 1, 3, {tz:String}) AS until
SELECT
    uniqExactIf(visitor, started_at >= since) AS visitors,
    countIf(started_at >= since) AS visits,
    sum(if(empty(crossing_at), if(started_at >= since, visits.views, 0), arrayCount(at -> at >= since AND at < until, crossing_at))) AS views,
    round(avgIf(visits.views, started_at >= since), 2) AS views_per_visit,
    round(100 * avgIf(is_bounce, started_at >= since), 1) AS bounce,
    round(avgIf(engaged_ms, started_at >= since) / 1000, 1) AS seconds,
    round(avgIf(dateDiff('millisecond', started_at, ended_at), started_at >= since) / 1000, 1) AS duration
FROM razi.sessions_of(first = {from:Date} - 3, last = {to:Date} + 1) AS visits
WHERE {{reaching}}
