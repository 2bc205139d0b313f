-- Which pages are read, by how many, and for how long?
--
-- chart bars
-- column path     text     page, identifiers replaced by :id
-- column views    count    page views
-- column visitors people   different browsers
-- column seconds  seconds  visible and focused time of a view, on average
-- column scroll   percent  greatest depth, on average
WITH {{page-views}}
SELECT
    path,
    count() AS views,
    uniqExact(visitor) AS visitors,
    round(avg(engaged), 1) AS seconds,
    round(avg(depth)) AS scroll
FROM page_views
GROUP BY path
ORDER BY views DESC, path
{{top}}
