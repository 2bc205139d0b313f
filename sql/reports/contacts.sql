-- How do visitors get in touch?
-- A contact is kept as its kind only: never a number, an address or a name.
--
-- chart bars
-- column kind     text    phone, email, whatsapp, telegram or map
-- column contacts count   clicks on such a contact
-- column visitors people  different browsers
WITH {{clicked}}
SELECT
    kind,
    count() AS contacts,
    uniqExact(visitor) AS visitors
FROM clicked
ARRAY JOIN clicked_at AS at, clicked_kind AS kind
WHERE at >= toDateTime64({from:Date}, 3, {tz:String})
  AND at < toDateTime64({to:Date} + 1, 3, {tz:String})
  AND kind IN ('phone', 'email', 'whatsapp', 'telegram', 'map')
GROUP BY kind
ORDER BY contacts DESC, kind
