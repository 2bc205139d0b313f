-- where it came from: a host such as google.com, or what a campaign calls itself
{{source}} IN {source:Array(String)}
