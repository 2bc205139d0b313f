-- What is replaced in texts before they are kept, such as an e-mail address in a name?
-- Counts of replacements: where a page should be mended.
--
-- chart bars
-- column field text   where it stood: url, title, label or service
-- column found text   what it was
-- column times count  how often it was replaced
SELECT
    splitByChar(':', toString(reason))[1] AS field,
    splitByChar(':', toString(reason))[2] AS found,
    sum(events) AS times
FROM razi.counts
WHERE {{period}} AND name = 'redacted'
GROUP BY field, found
ORDER BY times DESC, field, found
