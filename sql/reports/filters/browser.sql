-- family of the browser
browser IN {browser:Array(String)}
