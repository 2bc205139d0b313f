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
    {{visits}},
    {{events}}
SELECT
    uniqExact(visitor) AS visitors,
    count() AS visits,
    (SELECT count() FROM events WHERE type = 'view') AS views,
    round(avg(visits.views), 2) AS views_per_visit,
    round(100 * avg(is_bounce), 1) AS bounce,
    round(avg(engaged_ms) / 1000, 1) AS seconds,
    round(avg(dateDiff('millisecond', started_at, ended_at)) / 1000, 1) AS duration
FROM visits
