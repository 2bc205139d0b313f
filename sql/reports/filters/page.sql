-- a page that was viewed in it
(visitor, session) IN
(
    SELECT visitor, session
    FROM razi.events
    WHERE {{around}}
      AND type = 'view'
      AND path IN {page:Array(String)}
)
