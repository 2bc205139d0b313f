-- the page on which it ended
exit_path IN {exit:Array(String)}
