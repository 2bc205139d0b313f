-- What is said of visits, whatever they are grouped by.
--
-- column visitors people   different browsers
-- column visits   count    visits that began in the period
-- column bounce   percent  of the visits: one view, no click, looked at for less than 10 seconds
-- column seconds  seconds  visible and focused time of a visit, on average
uniqExact(visitor) AS visitors,
count() AS visits,
round(100 * avg(is_bounce), 1) AS bounce,
round(avg(engaged_ms) / 1000, 1) AS seconds
