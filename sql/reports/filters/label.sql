-- the name of a button or contact that was clicked in it
(visitor, session) IN
(
    SELECT visitor, session
    FROM razi.events
    WHERE {{around}}
      AND type = 'click'
      AND label IN {label:Array(String)}
)
