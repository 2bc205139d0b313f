-- Which operating systems are used?
--
-- chart bars
-- column os text  family; empty where it is not known
WITH {{visits}}
SELECT
    os,
    {{figures}}
FROM visits
GROUP BY os
ORDER BY visitors DESC, os
{{top}}
