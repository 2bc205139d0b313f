-- On which pages do visits end?
--
-- chart bars
-- column path text  last page of a visit
WITH {{visits}}
SELECT
    exit_path AS path,
    {{figures}}
FROM visits
WHERE views > 0
GROUP BY path
ORDER BY visitors DESC, path
{{top}}
