-- Where do visitors go from a page?
--
-- chart flow
-- param path String =    only from this page; empty for all
-- column path     text    page
-- column next     text    page that was viewed next in the visit; empty where none was
-- column views    count   how often
-- column visitors people  different browsers
WITH
    {{events}},
    trails AS
    (
        SELECT visitor, arrayMap(view -> view.4, arraySort(groupArray((at, page, seq, path)))) AS trail
        FROM events
        WHERE type = 'view'
        GROUP BY visitor, session
    )
SELECT
    step.1 AS path,
    step.2 AS next,
    count() AS views,
    uniqExact(visitor) AS visitors
FROM trails
ARRAY JOIN arrayZip(trail, arrayPushBack(arrayPopFront(trail), '')) AS step
WHERE {path:String} IN ('', path)
GROUP BY path, next
ORDER BY views DESC, path, next
{{top}}
