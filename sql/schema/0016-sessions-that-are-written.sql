-- The sessions that begin on these days (UTC) as they are written down, in the runs that count (`razi.written_days`): what `sessions_of` says
-- of days of which everything is, without the half of it that reads events: to plan that half takes as long as to read a month.
CREATE OR REPLACE VIEW razi.sessions_written DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * EXCEPT (run, consent_id, erase_after, pseudonym) REPLACE (pseudonym AS visitor)
FROM razi.session_log
WHERE started_at >= toDateTime64({first:Date}, 3, 'UTC') AND started_at < toDateTime64({last:Date} + 1, 3, 'UTC')
    AND _partition_id IN {runs:Array(String)}
    AND erase_after > now()
    AND ((SELECT count() FROM razi.hidden_consents) = 0 OR consent_id NOT IN (SELECT consent_id FROM razi.hidden_consents));

-- Of what is written down, what a reader has to know to read it there.
CREATE OR REPLACE VIEW razi.written_days DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    tupleElement(state, 'runs') AS runs,
    tupleElement(state, 'open') AS open,
    tupleElement(state, 'told_from') AS told_from,
    tupleElement(state, 'fresh_from') AS fresh_from
FROM razi.written;
