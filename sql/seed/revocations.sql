INSERT INTO razi.revocations (collector, seq, consent_id, site, event, blocks, at, erase_by, until)
SELECT
    concat('seed-', {site:String}),
    toUInt64(day) * 4294967296 + row_number() OVER (PARTITION BY day ORDER BY back_at, consent),
    consent,
    {site:String},
    'withdrawn',
    if(has_left, arrayConcat(['analytics', 'processing'], if(abroad, ['cross_border'], []), if(marketing, ['marketing'], [])), ['marketing']),
    fromUnixTimestamp64Milli(back_at, 'UTC'),
    toDate(fromUnixTimestamp64Milli(back_at, 'UTC')) + 14,
    addMonths(fromUnixTimestamp64Milli(granted, 'UTC'), 13)
FROM visits
WHERE is_new AND (has_left OR marketing_back) AND back_at <= {now:Int64}
