-- a sort of button or contact that was clicked in it, such as phone
(visitor, session) IN
(
    SELECT visitor, session
    FROM razi.events
    WHERE {{around}}
      AND type = 'click'
      AND kind IN {kind:Array(String)}
)
