-- Which buttons and links are clicked?
--
-- chart table
-- column kind     text    sort of button or contact
-- column label    text    name that the site gave to it
-- column clicks   count   clicks
-- column visitors people  different browsers
WITH {{clicked}}
SELECT
    kind,
    label,
    count() AS clicks,
    uniqExact(visitor) AS visitors
FROM clicked
ARRAY JOIN clicked_at AS at, clicked_kind AS kind, clicked_label AS label
WHERE at >= toDateTime64({from:Date}, 3, {tz:String})
  AND at < toDateTime64({to:Date} + 1, 3, {tz:String})
GROUP BY kind, label
ORDER BY clicks DESC, kind, label
{{top}}
