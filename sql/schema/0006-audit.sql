-- The audit's questions, for whoever may not see which consent a row rests on: only of the rows that no consent covers do they
-- tell it. `sql/audit` says what each asks.
CREATE OR REPLACE VIEW razi.rows_after_withdrawal DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT e.site AS site, e.consent_id AS consent_id, e.page AS page, e.seq AS seq, e.received_at AS received_at, r.at AS withdrawn_at
FROM razi.event_log AS e FINAL
INNER JOIN
(
    SELECT site, consent_id, block, min(at) AS at
    FROM razi.revocations
    ARRAY JOIN blocks AS block
    WHERE event = 'withdrawn'
    GROUP BY site, consent_id, block
) AS r USING (site, consent_id)
WHERE e.erase_after > now() AND has(e.blocks, r.block) AND e.received_at > r.at + INTERVAL 5 SECOND
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE OR REPLACE VIEW razi.rows_before_grant DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT e.site AS site, e.consent_id AS consent_id, e.page AS page, e.seq AS seq, e.at AS at, c.granted_at AS granted_at
FROM razi.event_log AS e FINAL
INNER JOIN
(
    SELECT site, consent_id, min(at) AS granted_at, max(expires_at) AS ends_at
    FROM razi.consents
    WHERE event = 'granted'
    GROUP BY site, consent_id
) AS c USING (site, consent_id)
WHERE e.erase_after > now() AND (e.at < c.granted_at OR e.at >= c.ends_at)
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE OR REPLACE VIEW razi.rows_without_record DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT e.site AS site, e.consent_id AS consent_id, e.page AS page, e.seq AS seq, e.blocks AS blocks
FROM razi.event_log AS e FINAL
LEFT JOIN
(
    SELECT site, consent_id, any(blocks) AS given
    FROM razi.consents
    WHERE event = 'granted'
    GROUP BY site, consent_id
) AS c USING (site, consent_id)
WHERE e.erase_after > now() AND (empty(c.given) OR NOT hasAll(c.given, e.blocks))
SETTINGS do_not_merge_across_partitions_select_final = 1;
