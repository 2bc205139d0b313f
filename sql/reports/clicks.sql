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
GROUP BY kind, label
ORDER BY clicks DESC, kind, label
{{top}}
