-- What is looked at now?
--
-- chart bars
-- column path     text    page
-- column visitors people  different browsers in these minutes
-- column views    count   page views
SELECT
    path,
    uniqExact(visitor) AS visitors,
    count() AS views
FROM razi.events
WHERE {{just-now}} AND type = 'view'
GROUP BY path
ORDER BY visitors DESC, views DESC, path
{{top}}
