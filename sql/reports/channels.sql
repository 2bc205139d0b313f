-- How do visits come about?
--
-- chart bars
-- column channel text  direct, internal (a visit that went on after a pause), search, social, referral or campaign
WITH {{visits}}
SELECT
    channel,
    {{figures}}
FROM visits
GROUP BY channel
ORDER BY visitors DESC, channel
{{top}}
