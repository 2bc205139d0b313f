-- How long are pages looked at, and how far down are they read?
--
-- chart table
-- column path     text     page
-- column visitors people   different browsers
-- column seconds  seconds  visible and focused time, on average
-- column median   seconds  half of the views are longer
-- column longest  seconds  one view in ten is longer
-- column half     percent  of the views that saw half of the page
-- column end      percent  of the views that saw its end, from 95 per cent on
WITH
    {{page-views}},
    quantilesExact(0.5, 0.9)(engaged) AS quantiles
SELECT
    path,
    uniqExact(visitor) AS visitors,
    round(avg(engaged), 1) AS seconds,
    round(quantiles[1], 1) AS median,
    round(quantiles[2], 1) AS longest,
    round(100 * avg(depth >= 50), 1) AS half,
    round(100 * avg(depth >= 95), 1) AS end
FROM page_views
GROUP BY path
ORDER BY count() DESC, path
{{top}}
