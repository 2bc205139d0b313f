-- Which services are seen, and which are chosen?
--
-- chart funnel
-- column service    text                 key that the site gave to it
-- column visitors   people               different browsers that saw or chose it
-- column seen       count                how often it was half visible for a second, once in a page view
-- column chosen     count of choosers    how often it was chosen
-- column choosers   people               different browsers that chose it
-- column conversion percent of choosers  choosers of the visitors
WITH {{events}}
SELECT
    service,
    uniqExact(visitor) AS visitors,
    countIf(action = 'view') AS seen,
    countIf(action = 'choose') AS chosen,
    uniqExactIf(visitor, action = 'choose') AS choosers,
    round(100 * choosers / visitors, 1) AS conversion
FROM events
WHERE type = 'service'
GROUP BY service
ORDER BY visitors DESC, service
{{top}}
