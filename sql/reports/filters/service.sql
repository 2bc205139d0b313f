-- a service that was seen or chosen in it
(visitor, session) IN
(
    SELECT visitor, session
    FROM razi.events
    WHERE {{around}}
      AND type = 'service'
      AND service IN {service:Array(String)}
)
