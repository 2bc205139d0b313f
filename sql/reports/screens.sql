-- How wide are the windows?
--
-- chart bars
-- column screen ordinal  width in CSS pixels, in steps of 100; 0 where it is not known
WITH {{visits}}
SELECT
    viewport AS screen,
    {{figures}}
FROM visits
GROUP BY screen
ORDER BY screen
{{top}}
