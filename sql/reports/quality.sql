-- How good is what arrives?
--
-- chart table
-- column type     text     sort of event
-- column visitors people   different browsers
-- column events   count    events
-- column late     percent  that arrived more than an hour after they happened
-- column delay    seconds  one event in twenty took longer to arrive
-- column redacted percent  in which something was replaced by its kind, such as [email]
WITH '\\[[a-z]+\\]' AS mark
SELECT
    type,
    uniqExact(visitor) AS visitors,
    count() AS events,
    round(100 * avg(dateDiff('second', at, received_at) > 3600), 1) AS late,
    round(quantileExact(0.95)(dateDiff('millisecond', at, received_at)) / 1000, 1) AS delay,
    -- One by one: of a name it is asked once, and not for each of its rows.
    round(100 * avg(match(path, mark) OR (notEmpty(title) AND match(title, mark)) OR match(label, mark) OR match(service, mark)), 1) AS redacted
FROM razi.events
WHERE {{period}} AND {{people}}
GROUP BY type
ORDER BY type
