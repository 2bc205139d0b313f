-- the page on which it began
entry_path IN {entry:Array(String)}
