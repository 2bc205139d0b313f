-- One row a session: what one visitor does on a site, with pauses of less than 30 minutes. The SDK begins its id with the
-- first event after a longer pause, so a session goes on over midnight, and its events may come in any order.
-- A bounce is a session with one view and no click, in which the page was looked at for less than ten seconds.
CREATE VIEW IF NOT EXISTS razi.sessions DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    site,
    session,
    visitor,
    min(e.at) AS started_at,
    max(e.at) AS ended_at,
    toUInt32(countIf(type = 'view')) AS views,
    toUInt32(countIf(type = 'click')) AS clicks,
    toUInt32(countIf(type = 'service' AND action = 'view')) AS services_seen,
    toUInt32(countIf(type = 'service' AND action = 'choose')) AS services_chosen,
    sum(e.engaged_ms) AS engaged_ms,
    views = 1 AND clicks = 0 AND services_chosen = 0 AND engaged_ms < 10000 AS is_bounce,
    argMinIf(path, (e.at, page, seq), type = 'view') AS entry_path,
    argMaxIf(path, (e.at, page, seq), type = 'view') AS exit_path,
    -- How it came about is said by its first view, the rest by its first event.
    argMinIf(e.referrer, (e.at, page, seq), type = 'view') AS referrer,
    argMinIf(e.channel, (e.at, page, seq), type = 'view') AS channel,
    argMinIf(e.utm_source, (e.at, page, seq), type = 'view') AS utm_source,
    argMinIf(e.utm_medium, (e.at, page, seq), type = 'view') AS utm_medium,
    argMinIf(e.utm_campaign, (e.at, page, seq), type = 'view') AS utm_campaign,
    argMinIf(e.lang, (e.at, page, seq), type = 'view') AS lang,
    argMinIf(e.viewport, (e.at, page, seq), type = 'view') AS viewport,
    argMin(e.browser, (e.at, page, seq)) AS browser,
    argMin(e.browser_major, (e.at, page, seq)) AS browser_major,
    argMin(e.os, (e.at, page, seq)) AS os,
    argMin(e.device, (e.at, page, seq)) AS device,
    argMin(e.country, (e.at, page, seq)) AS country,
    max(e.bot) AS bot
FROM razi.events AS e
GROUP BY site, visitor, session;
