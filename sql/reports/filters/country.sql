-- its country, such as AZ
country IN {country:Array(String)}
