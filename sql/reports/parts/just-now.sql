-- param site    String          id of the site
-- param now     DateTime = now  the moment, UTC
-- param minutes UInt8 = 30      how far back
-- param bots    Bool = false    true to count machines too
site = {site:String}
  AND at > toDateTime({now:DateTime}, 'UTC') - INTERVAL {minutes:UInt8} MINUTE
  AND at <= toDateTime({now:DateTime}, 'UTC')
  AND {{people}}
