-- Which rows rest on a block that had been withdrawn when they arrived? Other collectors learn of it within five
-- seconds, so what arrived in those is the erasure's work and no violation. (clauses KG-1.3, KG-5.3)
SELECT e.site AS site, e.consent_id AS consent_id, e.page AS page, e.seq AS seq, e.received_at AS received_at, r.at AS withdrawn_at
FROM razi.events AS e
INNER JOIN
(
    SELECT site, consent_id, block, min(at) AS at
    FROM razi.revocations
    ARRAY JOIN blocks AS block
    WHERE event = 'withdrawn'
    GROUP BY site, consent_id, block
) AS r USING (site, consent_id)
WHERE has(e.blocks, r.block) AND e.received_at > r.at + INTERVAL 5 SECOND
LIMIT {limit:UInt32}
