-- How many visits take these steps, one after the other?
-- Within one visit and the period; other things may happen in between, and one event takes one step.
--
-- chart funnel
-- param steps Array(String)  in their order: a path, click:<kind>, label:<name>, seen:<service> or chosen:<service>
-- column step     ordinal  its place
-- column name     text     as it was asked for
-- column visits   count    visits that came this far
-- column visitors people   different browsers
-- column share    percent  of the visits that took the first step
-- column stayed   percent  of the visits that took the step before
WITH
    {{events}},
    steps AS
    (
        SELECT visitor, session, at, seq,
            multiIf(
                type = 'view', [path],
                type = 'click', [concat('click:', kind), concat('label:', label)],
                [concat(if(action = 'view', 'seen:', 'chosen:'), service)]) AS names,
            arrayFilter(n -> has(names, {steps:Array(String)}[n]), arrayEnumerate({steps:Array(String)})) AS of
        FROM events
        WHERE (type = 'view' AND path IN {steps:Array(String)})
           OR (type = 'click' AND concat('click:', kind) IN {steps:Array(String)})
           OR (type = 'click' AND concat('label:', label) IN {steps:Array(String)})
           OR (type = 'service' AND concat(if(action = 'view', 'seen:', 'chosen:'), service) IN {steps:Array(String)})
    ),
    walks AS
    (
        SELECT
            any(steps.visitor) AS visitor,
            arrayFold(
                (taken, of) -> toUInt8(taken + has(of, taken + 1)),
                arraySort(groupArray((at, seq, of))).3,
                toUInt8(0)) AS taken
        FROM steps
        GROUP BY cityHash64(steps.visitor, steps.session)
    ),
    counted AS
    (
        SELECT arrayJoin(range(1, length({steps:Array(String)}) + 1)) AS step,
            countIf(taken >= step) AS visits,
            uniqExactIf(visitor, taken >= step) AS visitors
        FROM walks
        GROUP BY step
    )
SELECT
    step,
    arrayElement({steps:Array(String)}, step) AS name,
    visits,
    visitors,
    round(100 * visits / first_value(visits) OVER (ORDER BY step), 1) AS share,
    round(100 * visits / lagInFrame(visits, 1, visits) OVER (ORDER BY step ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), 1)
        AS stayed
FROM counted
ORDER BY step
