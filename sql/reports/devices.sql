-- On which devices?
--
-- chart bars
-- column device text  desktop, phone, tablet or other
WITH {{visits}}
SELECT
    device,
    {{figures}}
FROM visits
GROUP BY device
ORDER BY visitors DESC, device
{{top}}
