-- The visits that begin on some days of a site, made of nothing but hashes: the same seed makes the same visits, in any order
-- and on any machine. `events.sql` and `consents.sql` read them.
WITH
    -- From 0 to 1, and always the same of one thing.
    (key, what) -> cityHash64(key, what) / 18446744073709551616. AS chance,
    -- By Zipf's law: the first of a list about n times as often as the n-th.
    (list, u) -> list[toUInt32(floor(exp(u * log(length(list) + 1))))] AS pick,
    -- After the pages that have names of their own come those of a catalogue; each twelfth of them sells something.
    (words, rank) -> arrayStringConcat([words[1 + rank % 16], words[1 + intDiv(rank, 16) % 16], words[1 + intDiv(rank, 256)]], '-') AS nameOf,
    (rank) -> if(rank <= length({pages:Array(Tuple(String, String, String))}), {pages:Array(Tuple(String, String, String))}[rank],
        (concat('/', {kind:String}, '/', nameOf({words:Array(String)}, rank)), concat('/', {kind:String}, '/:name'),
         if(rank % 12 = 0, concat({kind:String}, '-', {words:Array(String)}[1 + intDiv(rank, 12) % 16]), ''))) AS pageOf,
    (day, n) -> cityHash64({seed:String}, {site:String}, toUInt16(day), toUInt32(n)) AS keyOf,
    -- When a visit begins, ms: by the rhythm of the day in the site's time zone.
    (day, key) -> 1000 * toInt64(toUnixTimestamp(toDateTime(toDate(toUInt16(day)), {zone:String})))
        + 3600000 * {hours:Array(UInt8)}[1 + toUInt32(floor(length({hours:Array(UInt8)}) * chance(key, 'hour')))]
        + toInt64(floor(3600000 * chance(key, 'second'))) AS startOf,
    (day) -> {counts:Array(UInt32)}[1 + toInt32(toUInt16(day)) - toInt32(toUInt16({first:Date}))] AS visitsOn,
    (key) -> chance(key, 'new') < 0.5 AS isFirst,
    visits AS
    (
        SELECT
            -- `ends` has the visits up to the end of each day of the chunk.
            arrayFirstIndex(visits -> visits > number, {ends:Array(UInt32)}) AS nth,
            toUInt16({from:Date}) + nth - 1 AS day,
            keyOf(day, number - if(nth = 1, 0, {ends:Array(UInt32)}[nth - 1])) AS key,
            startOf(day, key) AS started,
            -- Somebody who came before: three tries to find one.
            arrayMap(i -> day - 1 - toInt32(floor(-10 * log(1 - chance(key, 100 + i)))), range(3)) AS days,
            arrayMap((d, i) -> (toUInt16(greatest(d, 0)), keyOf(greatest(d, 0), floor(visitsOn(d) * chance(key, 200 + i)))), days, range(3)) AS earlier,
            arrayFirst(e -> e.1 >= toUInt16({first:Date}) AND visitsOn(e.1) > 0 AND isFirst(e.2), earlier) AS known,
            isFirst(key) OR known.2 = 0 AS is_new,
            if(is_new, key, known.2) AS who,
            -- A consent is given some seconds before the first event.
            if(is_new, started, startOf(known.1, known.2)) - 3000 AS granted,
            reinterpretAsUUID(sipHash128(who, 'visitor')) AS visitor,
            reinterpretAsUUID(sipHash128(who, 'consent')) AS consent,
            chance(who, 'cross_border') < 0.6 AS abroad,
            chance(who, 'marketing') < 0.35 AS marketing,
            -- Who has taken back everything has no rows left; who took back marketing has no campaigns.
            chance(who, 'left') < 0.015 AS has_left,
            marketing AND chance(who, 'marketing back') < 0.05 AS marketing_back,
            granted + toInt64(floor(259200000 * chance(who, 'back'))) AS back_at,
            chance(who, 'bot') < 0.01 AS bot,
            pick({agents:Array(Tuple(String, UInt16, String, String, UInt16))}, chance(who, 'agent')) AS agent,
            pick({places:Array(Tuple(String, String, String))}, chance(who, 'place')) AS place
        FROM numbers({ends:Array(UInt32)}[-1])
    )
