-- Which languages do browsers ask for?
--
-- chart bars
-- column lang text  language and region, such as az-AZ; empty where it is not known
WITH {{visits}}
SELECT
    lang,
    {{figures}}
FROM visits
GROUP BY lang
ORDER BY visitors DESC, lang
{{top}}
