-- a sort of button or contact that was clicked in it, such as phone
cityHash64(visitor, session) IN
(
    SELECT cityHash64(visitor, session)
    FROM razi.events
    WHERE {{around}}
      AND type = 'click'
      AND kind IN {kind:Array(String)}
)
