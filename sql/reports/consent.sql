-- What is agreed to, refused, and taken back?
-- Who refused is counted only where the site says so (countRefusals), as a number. Who was asked and did nothing is not known.
--
-- chart table
-- column block     text                what was agreed to; "any" for a consent to at least one
-- column granted   people              consents given in the period
-- column share     percent             of the consents given
-- column withdrawn people              consents taken back in the period, whenever they were given
-- column refused   people              visitors who refused everything, where that is counted
-- column rate      percent of refused  who agreed, of those who agreed or refused
WITH acts AS
(
    SELECT event, consent_id, arrayJoin(arrayPushBack(blocks, 'any')) AS block, 0 AS times
    FROM razi.consents
    WHERE {{period}}
    UNION ALL
    SELECT 'declined', toUUID('00000000-0000-0000-0000-000000000000'), 'any', sum(events)
    FROM razi.counts
    WHERE {{period}} AND name = 'declined'
    HAVING count() > 0
)
SELECT
    block,
    uniqExactIf(consent_id, event = 'granted') AS granted,
    round(100 * granted / max(granted) OVER (), 1) AS share,
    uniqExactIf(consent_id, event = 'withdrawn') AS withdrawn,
    nullIf(sum(times), 0) AS refused,
    round(100 * granted / (granted + refused), 1) AS rate
FROM acts
GROUP BY block
ORDER BY granted DESC, block != 'any', block
