-- From which countries do visits come?
--
-- chart bars
-- column country text  ISO 3166, from the shortened address; empty where it is not known
WITH {{visits}}
SELECT
    country,
    {{figures}}
FROM visits
GROUP BY country
ORDER BY visitors DESC, country
{{top}}
