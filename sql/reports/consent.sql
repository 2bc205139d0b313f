-- What is agreed to, and what is taken back?
-- Who was asked is not known: nothing is counted before a choice.
--
-- chart table
-- column block     text     what was agreed to; "any" for a consent to at least one
-- column granted   people   consents given in the period
-- column share     percent  of the consents given
-- column withdrawn people   consents taken back in the period, whenever they were given
WITH acts AS
(
    SELECT event, consent_id, arrayJoin(arrayPushBack(blocks, 'any')) AS block
    FROM razi.consents
    WHERE {{period}}
)
SELECT
    block,
    uniqExactIf(consent_id, event = 'granted') AS granted,
    round(100 * granted / max(granted) OVER (), 1) AS share,
    uniqExactIf(consent_id, event = 'withdrawn') AS withdrawn
FROM acts
GROUP BY block
ORDER BY granted DESC, block != 'any', block
