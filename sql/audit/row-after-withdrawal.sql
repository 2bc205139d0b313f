-- Which rows rest on a block that had been withdrawn when they arrived? Other collectors learn of it within five
-- seconds, so what arrived in those is the erasure's work and no violation. (clauses KG-1.3, KG-5.3)
SELECT *
FROM razi.rows_after_withdrawal
LIMIT {limit:UInt32}
