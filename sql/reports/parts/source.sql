-- Where a visit came from: what a campaign calls itself, else the host that linked here.
multiIf(utm_source != '', utm_source, channel = 'internal', '', referrer)
