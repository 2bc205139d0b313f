-- Which versions of browsers are used?
--
-- chart table
-- column browser text     family
-- column version ordinal  main version; 0 where it is not known
WITH {{visits}}
SELECT
    browser,
    browser_major AS version,
    {{figures}}
FROM visits
GROUP BY browser, version
ORDER BY visitors DESC, browser, version
{{top}}
