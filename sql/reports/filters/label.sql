-- the name of a button or contact that was clicked in it
cityHash64(visitor, session) IN
(
    SELECT cityHash64(visitor, session)
    FROM razi.events
    WHERE {{around}}
      AND type = 'click'
      AND label IN {label:Array(String)}
)
