-- Which rows tell of something that happened before the consent, or after its end? (clauses KG-5.1, KG-5.2)
SELECT e.site AS site, e.consent_id AS consent_id, e.page AS page, e.seq AS seq, e.at AS at, c.granted_at AS granted_at
FROM razi.events AS e
INNER JOIN
(
    SELECT site, consent_id, min(at) AS granted_at, max(expires_at) AS ends_at
    FROM razi.consents
    WHERE event = 'granted'
    GROUP BY site, consent_id
) AS c USING (site, consent_id)
WHERE e.at < c.granted_at OR e.at >= c.ends_at
LIMIT {limit:UInt32}
