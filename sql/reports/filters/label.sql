-- the name of a button or contact that was clicked in it
hasAny(clicked_label, {label:Array(String)})
