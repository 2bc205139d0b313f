-- How much comes from programs that say what they are?
-- All other reports leave them out.
--
-- chart bars
-- column browser  text    what it calls itself; empty where it is not known
-- column visitors people  different ids
-- column events   count   events
-- column views    count   page views
SELECT
    browser,
    uniqExact(visitor) AS visitors,
    count() AS events,
    countIf(type = 'view') AS views
FROM razi.events
WHERE {{period}} AND bot
GROUP BY browser
ORDER BY events DESC, browser
{{top}}
