-- What is refused, and why?
-- Counts of events, of whose senders nothing is kept. One that is refused as expired may come again with a new token.
--
-- chart bars
-- column reason text     why
-- column events count    events that were refused for it
-- column share  percent  of the events that were refused
SELECT
    reason,
    sum(counts.events) AS events,
    round(100 * events / sum(events) OVER (), 1) AS share
FROM razi.counts AS counts
WHERE {{period}} AND name = 'refused'
GROUP BY reason
ORDER BY events DESC, reason
