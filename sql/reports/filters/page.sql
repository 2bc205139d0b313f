-- a page that was viewed in it
hasAny(viewed_path, {page:Array(String)})
