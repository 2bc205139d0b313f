-- The sessions of some days of a week once more, in one run. Nobody reads them before the days are noted as closed by this run.
INSERT INTO razi.session_log
SELECT * REPLACE ({run:UInt64} AS run)
FROM
(
    SELECT *
    FROM razi.session_log
    WHERE toDate(started_at) IN {days:Array(Date)}
      AND (toDate(started_at), run) IN (SELECT day, run FROM razi.noted_days)
      AND erase_after > now()
)
