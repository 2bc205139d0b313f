-- Which rows rest on no consent on record, or on more than it gave? (clauses CN-1.6.1, KG-6.1b)
SELECT e.site AS site, e.consent_id AS consent_id, e.page AS page, e.seq AS seq, e.blocks AS blocks
FROM razi.events AS e
LEFT JOIN
(
    SELECT site, consent_id, any(blocks) AS given
    FROM razi.consents
    WHERE event = 'granted'
    GROUP BY site, consent_id
) AS c USING (site, consent_id)
WHERE empty(c.given) OR NOT hasAll(c.given, e.blocks)
LIMIT {limit:UInt32}
