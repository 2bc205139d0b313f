-- The period and a day on both sides: what belongs to a visit may lie before it and after it.
site = {site:String}
  AND at >= toDateTime64({from:Date} - 1, 3, {tz:String})
  AND at < toDateTime64({to:Date} + 2, 3, {tz:String})
