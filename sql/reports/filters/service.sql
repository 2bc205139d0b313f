-- a service that was seen or chosen in it
hasAny(arrayConcat(seen_service, chosen_service), {service:Array(String)})
