-- The clicks of the period, in visits that pass the filters. Within a quarter of an hour the begin of the visit says for each whether
-- it is in the period.
clicked AS
(
    SELECT visitor, kind, label
    FROM
    (
        SELECT visitor, arrayResize(crossing_clicked_at, length(clicked_kind), started_at) AS clicked_at, clicked_kind, clicked_label
        FROM razi.sessions_of(first = {from:Date} - 3, last = {to:Date} + 1)
        WHERE {{reaching}}
    )
    ARRAY JOIN clicked_at AS at, clicked_kind AS kind, clicked_label AS label
    WHERE at >= toDateTime64({from:Date}, 3, {tz:String})
      AND at < toDateTime64({to:Date} + 1, 3, {tz:String})
)
