-- Visits with clicks that pass the filters, and when each click was. Within a quarter of an hour the begin of the visit says for each
-- whether it is in the period.
clicked AS
(
    SELECT visitor, arrayResize(crossing_clicked_at, length(clicked_kind), started_at) AS clicked_at, clicked_kind, clicked_label
    FROM razi.sessions_of(first = {from:Date} - 3, last = {to:Date} + 1)
    WHERE {{reaching}}
      AND clicks > 0
)
