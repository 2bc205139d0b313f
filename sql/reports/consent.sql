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
WITH
    -- Of a few sorts of acts, so that a consent is looked up once and not once a block; by a hash of its number, which takes less time.
    acts AS
    (
        SELECT event, blocks, uniqExactState(cityHash64(consent_id)) AS consents
        FROM razi.consents
        WHERE {{period}}
        GROUP BY event, blocks
    ),
    counted AS
    (
        -- It is given once, with all its blocks, and may be taken back one after the other.
        SELECT
            arrayJoin(arrayPushBack(blocks, 'any')) AS block,
            sumIf(finalizeAggregation(consents), event = 'granted') AS granted,
            uniqExactMergeIf(consents, event = 'withdrawn') AS withdrawn,
            0 AS refused
        FROM acts
        GROUP BY block
        UNION ALL
        SELECT 'any', 0, 0, sum(events)
        FROM razi.counts
        WHERE {{period}} AND name = 'declined'
        HAVING count() > 0
    )
SELECT
    block,
    sum(counted.granted) AS granted,
    round(100 * granted / max(granted) OVER (), 1) AS share,
    sum(counted.withdrawn) AS withdrawn,
    nullIf(sum(counted.refused), 0) AS refused,
    round(100 * granted / (granted + refused), 1) AS rate
FROM counted
GROUP BY block
ORDER BY granted DESC, block != 'any', block
