-- param bots Bool = false  true to count machines too
(NOT bot OR {bots:Bool})
