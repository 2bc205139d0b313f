-- The sessions that begin on a day, as this run finds them. Nobody reads them before the day is noted as closed by this run.
INSERT INTO razi.session_log
SELECT {run:UInt64} AS run, *
FROM razi.sessions_between(first = {day:Date}, last = {day:Date})
