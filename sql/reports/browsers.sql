-- Which browsers are used?
--
-- chart bars
-- column browser text  family; empty where it is not known
WITH {{visits}}
SELECT
    browser,
    {{figures}}
FROM visits
GROUP BY browser
ORDER BY visitors DESC, browser
{{top}}
