-- how the visit came about, such as search
channel IN {channel:Array(String)}
