-- Which rows are at a destination whose blocks their visitor did not give? (clause KG-B1)
SELECT site, page, seq, blocks
FROM razi.events
WHERE NOT hasAll(blocks, {needs:Array(String)})
LIMIT {limit:UInt32}
