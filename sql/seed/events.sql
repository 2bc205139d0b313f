INSERT INTO razi.event_log (site, at, received_at, type, page, seq, session, visitor, path, route, title, referrer, channel,
    utm_source, utm_medium, utm_campaign, kind, label, service, action, engaged_ms, scroll, browser, browser_major, os, device, bot,
    country, ip_prefix, lang, viewport, consent_id, blocks, policy, sdk, erase_after)
SELECT
    {site:String},
    fromUnixTimestamp64Milli(opened + event.2, 'UTC') AS at,
    -- The SDK sends what happened within a second together; some pages were read offline and arrive hours later.
    fromUnixTimestamp64Milli(
        1000 * (intDiv(opened + event.2, 1000) + 1) + toInt64(floor(400 * chance(key, intDiv(opened + event.2, 1000))))
            + if(chance(view_key, 'offline') < 0.004, toInt64(floor(72000000 * chance(view_key, 'hours'))), 0), 'UTC') AS received_at,
    event.1 AS type,
    toString(view_key) AS page,
    number - 1 AS seq,
    toString(cityHash64(key, 'session')) AS session,
    visitor,
    if(type = 'view', here.1, '') AS path,
    if(type = 'view', here.2, '') AS route,
    '' AS title,
    multiIf(type != 'view', '', i > 1, before.1, source.1) AS referrer,
    multiIf(type != 'view', '', i > 1, 'internal', campaign.1 != '', 'campaign', source.2) AS channel,
    if(type = 'view' AND i = 1, campaign.1, '') AS utm_source,
    if(type = 'view' AND i = 1, campaign.2, '') AS utm_medium,
    if(type = 'view' AND i = 1, campaign.3, '') AS utm_campaign,
    event.3.1 AS kind,
    event.3.2 AS label,
    event.3.3 AS service,
    event.3.4 AS action,
    event.4 AS engaged_ms,
    event.5 AS scroll,
    agent.1 AS browser,
    agent.2 + toUInt16(floor(3 * chance(who, 'version'))) AS browser_major,
    agent.3 AS os,
    agent.4 AS device,
    bot,
    place.1 AS country,
    concat(place.3, '.', toString(toUInt8(floor(24 * pow(chance(who, 'prefix'), 2)))), '.0.0/16') AS ip_prefix,
    if(type = 'view', place.2, '') AS lang,
    if(type = 'view', agent.5 + 100 * toUInt16(floor(4 * chance(who, 'viewport'))), 0) AS viewport,
    consent AS consent_id,
    arrayConcat(['analytics', 'processing'], if(abroad, ['cross_border'], []), if(marketing AND NOT marketing_back, ['marketing'], [])) AS blocks,
    lower(hex(sipHash128({site:String}, 'policy'))) AS policy,
    '0.1.0' AS sdk,
    least(addMonths(toDateTime(intDiv(granted, 1000), 'UTC'), 13), toDateTime(received_at, 'UTC') + INTERVAL 395 DAY) AS erase_after
FROM
(
    SELECT
        *, view_key, here, before, looked, opened, i,
        here.3 != '' AND chance(view_key, 'choose') < 0.15 AS chooses,
        arrayConcat(
            [('view', 0, ('', '', '', ''), 0, 0)],
            if(here.3 != '', [('service', least(900, stay), ('', '', here.3, 'view'), 0, 0)], []),
            if(chooses, [('click', intDiv(looked, 2), ('button', concat('choose-', here.3), '', ''), 0, 0),
                         ('service', intDiv(looked, 2), ('', '', here.3, 'choose'), 0, 0)], []),
            if(NOT bot AND chance(view_key, 'click') < 0.22,
                [('click', intDiv(looked * 2, 3), (pick({clicks:Array(Tuple(String, String))}, chance(view_key, 'what')).1,
                    pick({clicks:Array(Tuple(String, String))}, chance(view_key, 'what')).2, '', ''), 0, 0)], []),
            -- Most go on by a link.
            if(i < views AND chance(view_key, 'link') < 0.8, [('click', looked, ('link', '', '', ''), 0, 0)], []),
            -- Time is told when the page is hidden, which may be more than once; sometimes the last word is lost.
            if(chance(view_key, 'twice') < 0.25, [('time', intDiv(looked, 2), ('', '', '', ''), intDiv(looked, 2), intDiv(depth, 2))], []),
            if(NOT bot AND chance(view_key, 'lost') < 0.95,
                [('time', looked, ('', '', '', ''), if(chance(view_key, 'twice') < 0.25, looked - intDiv(looked, 2), looked), depth)], [])
        ) AS events
    FROM
    (
        SELECT
            *,
            toUInt8(if(bot, 4, 1) + least(29, floor(-1.7 * log(1 - chance(key, 'views'))))) AS views,
            arrayMap(i -> cityHash64(key, 'view', i), range(1, views + 1)) AS view_keys,
            arrayMap(v -> pageOf(toUInt32(floor(exp(chance(v, 'page') * log(length({pages:Array(Tuple(String, String, String))}) + {more:UInt32} + 1))))), view_keys) AS pages,
            -- Many leave soon; the others read for about half a minute, some for long.
            arrayMap(v -> toUInt32(100 + least(600000, -log(1 - chance(v, 'looks')) * if(chance(v, 'soon') < 0.35, 4000, 38000))), view_keys) AS looks,
            arrayMap((v, looked) -> looked + toUInt32(least(900000, -log(1 - chance(v, 'idle')) * 15000)), view_keys, looks) AS stays,
            arrayMap((end, stay) -> started + end - stay, arrayCumSum(stays), stays) AS openings,
            if(marketing AND NOT marketing_back AND chance(key, 'campaign') < 0.25,
                pick({campaigns:Array(Tuple(String, String, String))}, chance(key, 'which campaign')), ('', '', '')) AS campaign,
            pick({sources:Array(Tuple(String, String))}, chance(key, 'source')) AS source
        FROM visits
        WHERE NOT has_left
    )
    ARRAY JOIN
        view_keys AS view_key,
        pages AS here,
        arrayPushFront(arrayPopBack(pages), ('', '', '')) AS before,
        looks AS looked,
        stays AS stay,
        openings AS opened,
        arrayEnumerate(view_keys) AS i,
        arrayMap(v -> toUInt8(5 * floor(21 * sqrt(chance(v, 'scroll')))), view_keys) AS depth
)
ARRAY JOIN events AS event, arrayEnumerate(events) AS number
WHERE received_at <= fromUnixTimestamp64Milli({now:Int64})
