-- family of the system
os IN {os:Array(String)}
