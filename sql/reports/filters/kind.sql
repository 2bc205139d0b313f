-- a sort of button or contact that was clicked in it, such as phone
hasAny(clicked_kind, {kind:Array(String)})
