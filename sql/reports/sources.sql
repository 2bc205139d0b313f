-- Which sites and campaigns bring visits?
--
-- chart bars
-- column source text  host that linked here, or what a campaign calls itself; empty for none
WITH {{visits}}
SELECT
    {{source}} AS source,
    {{figures}}
FROM visits
GROUP BY source
ORDER BY visitors DESC, source
{{top}}
