-- Who is here now?
--
-- chart figures
-- column visitors people  different browsers in these minutes
-- column views    count   page views
-- column clicks   count   clicks
-- column services count   services that were chosen
SELECT
    uniqExact(visitor) AS visitors,
    countIf(type = 'view') AS views,
    countIf(type = 'click') AS clicks,
    countIf(type = 'service' AND action = 'choose') AS services
FROM razi.events
WHERE {{just-now}}
