-- a service that was seen or chosen in it
cityHash64(visitor, session) IN
(
    SELECT cityHash64(visitor, session)
    FROM razi.events
    WHERE {{around}}
      AND type = 'service'
      AND service IN {service:Array(String)}
)
