-- language of the browser, such as az-AZ
lang IN {lang:Array(String)}
