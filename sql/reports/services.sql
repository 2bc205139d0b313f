-- Which services are seen, and which are chosen?
--
-- chart funnel
-- column service    text                 key that the site gave to it
-- column visitors   people               different browsers that saw or chose it
-- column seen       count                how often it was half visible for a second, once in a page view
-- column chosen     count of choosers    how often it was chosen
-- column choosers   people               different browsers that chose it
-- column conversion percent of choosers  choosers of the visitors
WITH told AS
(
    SELECT visitor, service, is_chosen
    FROM
    (
        SELECT visitor, arrayConcat(seen_service, chosen_service) AS services,
            arrayConcat(
                arrayResize(crossing_seen_at, length(seen_service), started_at),
                arrayResize(crossing_chosen_at, length(chosen_service), started_at)) AS told_at,
            length(seen_service) AS seen
        FROM razi.sessions_of(first = {from:Date} - 3, last = {to:Date} + 1)
        WHERE {{reaching}}
          AND (services_seen > 0 OR services_chosen > 0)
    )
    ARRAY JOIN services AS service, told_at AS at, arrayMap(n -> n > seen, arrayEnumerate(services)) AS is_chosen
    WHERE at >= toDateTime64({from:Date}, 3, {tz:String})
      AND at < toDateTime64({to:Date} + 1, 3, {tz:String})
)
SELECT
    service,
    uniqExact(visitor) AS visitors,
    countIf(NOT is_chosen) AS seen,
    countIf(is_chosen) AS chosen,
    uniqExactIf(visitor, is_chosen) AS choosers,
    round(100 * choosers / visitors, 1) AS conversion
FROM told
GROUP BY service
ORDER BY visitors DESC, service
{{top}}
