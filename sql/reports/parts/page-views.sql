-- The views of the period, in visits that pass the filters, each with the time that was spent on it in its visit. Within a quarter of
-- an hour the begin of the visit says for each view whether it is in the period.
page_views AS
(
    SELECT visitor, at, path, ms / 1000 AS engaged, depth
    FROM
    (
        SELECT visitor, arrayResize(crossing_at, length(viewed_ms), started_at) AS viewed_at, viewed_path, viewed_ms, viewed_scroll
        FROM razi.sessions_of(first = {from:Date} - 3, last = {to:Date} + 1)
        WHERE {{reaching}}
    )
    ARRAY JOIN viewed_at AS at, viewed_path AS path, viewed_ms AS ms, viewed_scroll AS depth
    WHERE at >= toDateTime64({from:Date}, 3, {tz:String})
      AND at < toDateTime64({to:Date} + 1, 3, {tz:String})
)
