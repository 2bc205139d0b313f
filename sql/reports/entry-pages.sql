-- On which pages do visits begin?
--
-- chart bars
-- column path text  first page of a visit
WITH {{visits}}
SELECT
    entry_path AS path,
    {{figures}}
FROM visits
WHERE views > 0
GROUP BY path
ORDER BY visitors DESC, path
{{top}}
