-- How many visitors are new, and how many were here before?
--
-- chart bars
-- param lookback UInt16 = 30  days before the period in which an earlier visit makes a visitor a returning one
-- column who text  new or returning
WITH
    {{visits}},
    earlier AS
    (
        SELECT visitor
        FROM razi.sessions_of(first = {from:Date} - {lookback:UInt16} - 1, last = {from:Date})
        WHERE site = {site:String}
          AND started_at >= toDateTime64({from:Date} - {lookback:UInt16}, 3, {tz:String})
          AND started_at < toDateTime64({from:Date}, 3, {tz:String})
          AND {{people}}
    )
SELECT
    if(visitor IN (SELECT visitor FROM earlier), 'returning', 'new') AS who,
    {{figures}}
FROM visits
GROUP BY who
ORDER BY who
