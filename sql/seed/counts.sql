INSERT INTO razi.count_log (site, name, at, reason, collector, events)
SELECT
    {site:String},
    kind.1,
    hour,
    kind.2,
    concat('seed-', {site:String}),
    -- So many for each visit (of those who decline, for each newcomer), more or less; what is rare, now and then.
    toUInt64(floor(
        if(kind.1 = 'declined', newcomers, visits) * kind.3 * (0.7 + 0.6 * chance(hour_key, concat(kind.1, kind.2)))
            + chance(hour_key, concat(kind.1, kind.2, ' at all')))) AS times
FROM
(
    SELECT
        toStartOfHour(fromUnixTimestamp64Milli(started, 'UTC')) AS hour,
        cityHash64({seed:String}, {site:String}, hour) AS hour_key,
        count() AS visits,
        countIf(is_new) AS newcomers
    FROM visits
    WHERE started <= {now:Int64}
    GROUP BY hour
)
ARRAY JOIN [
    ('accepted', '', 6.65),
    -- Three of five agree.
    ('declined', '', 0.66),
    ('refused', 'no_consent', 0.06),
    ('refused', 'expired', 0.04),
    ('refused', 'signal', 0.03),
    ('refused', 'sensitive', 0.02),
    ('refused', 'withdrawn', 0.012),
    ('refused', 'too_old', 0.004),
    ('refused', 'malformed', 0.002),
    ('redacted', 'label:phone', 0.01),
    ('redacted', 'url:phone', 0.006),
    ('redacted', 'url:email', 0.004),
    ('dropped', '', 0.008)
] AS kind
WHERE times > 0
