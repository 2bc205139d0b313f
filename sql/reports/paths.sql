-- Where do visitors go from a page?
--
-- chart flow
-- param path String =    only from this page; empty for all
-- column path     text    page
-- column next     text    page that was viewed next in the visit; empty where none was
-- column views    count   how often
-- column visitors people  different browsers
WITH trails AS
(
    SELECT visitor,
        arrayFilter(
            (path, at) -> at >= toDateTime64({from:Date}, 3, {tz:String}) AND at < toDateTime64({to:Date} + 1, 3, {tz:String}),
            viewed_path, arrayResize(crossing_at, length(viewed_path), started_at)) AS trail
    FROM razi.sessions_of(first = {from:Date} - 3, last = {to:Date} + 1)
    WHERE {{reaching}}
)
SELECT
    path,
    next,
    count() AS views,
    uniqExact(visitor) AS visitors
FROM trails
ARRAY JOIN trail AS path, arrayPopFront(arrayPushBack(trail, '')) AS next
WHERE {path:String} IN ('', path)
GROUP BY path, next
ORDER BY views DESC, path, next
{{top}}
