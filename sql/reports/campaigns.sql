-- Which campaigns bring visits?
-- Only of visitors who agreed to marketing: of all others a campaign is not known.
--
-- chart table
-- column source   text  utm_source
-- column medium   text  utm_medium
-- column campaign text  utm_campaign
WITH {{visits}}
SELECT
    utm_source AS source,
    utm_medium AS medium,
    utm_campaign AS campaign,
    {{figures}}
FROM visits
WHERE source != '' OR medium != '' OR campaign != ''
GROUP BY source, medium, campaign
ORDER BY visitors DESC, source, medium, campaign
{{top}}
