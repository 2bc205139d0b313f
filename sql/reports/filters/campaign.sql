-- its campaign
utm_campaign IN {campaign:Array(String)}
