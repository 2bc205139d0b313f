-- What becomes of the events that pages send?
-- Counts of events, as they arrive: one that is sent twice counts twice.
--
-- chart table
-- column outcome text     accepted, or refused; dropped by a browser that could not send it; accepted, and then put aside by the database
-- column events  count    events
-- column share   percent  of all that is known: accepted, refused and dropped
WITH sums AS
(
    SELECT sumMap(map(toString(name), events)) AS by_name
    FROM razi.counts
    WHERE {{period}}
    HAVING count() > 0
)
SELECT
    arrayJoin(['accepted', 'refused', 'dropped', 'quarantined']) AS outcome,
    by_name[outcome] AS events,
    round(100 * events / (by_name['accepted'] + by_name['refused'] + by_name['dropped']), 1) AS share
FROM sums
