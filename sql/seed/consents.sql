INSERT INTO razi.consents (consent_id, site, event, at, expires_at, blocks, controller, jurisdiction, notice, policy, policy_version, lang, source_ui, source_action)
SELECT
    consent,
    {site:String},
    act.1,
    fromUnixTimestamp64Milli(act.2, 'UTC'),
    addMonths(fromUnixTimestamp64Milli(granted, 'UTC'), 13),
    act.3,
    {site:String},
    {jurisdiction:String},
    if(act.1 = 'granted', lower(hex(sipHash128({site:String}, 'notice', place.2))), ''),
    lower(hex(sipHash128({site:String}, 'policy'))),
    'seed',
    if(act.1 = 'granted', substring(place.2, 1, 2), ''),
    if(act.1 = 'granted', 'banner', 'preferences'),
    if(act.1 = 'granted', if(abroad AND marketing, 'accept', 'save'), 'withdraw')
FROM visits
ARRAY JOIN arrayConcat(
    [('granted', granted, arrayConcat(['analytics', 'processing'], if(abroad, ['cross_border'], []), if(marketing, ['marketing'], [])))],
    if(has_left, [('withdrawn', back_at, arrayConcat(['analytics', 'processing'], if(abroad, ['cross_border'], []), if(marketing, ['marketing'], [])))], []),
    if(marketing_back AND NOT has_left, [('withdrawn', back_at, ['marketing'])], [])) AS act
WHERE is_new AND act.2 <= {now:Int64}
