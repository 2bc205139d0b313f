-- a page that was viewed in it
if(length({page:Array(String)}) = 1, has(viewed_path, {page:Array(String)}[1]), hasAny(viewed_path, {page:Array(String)}))
