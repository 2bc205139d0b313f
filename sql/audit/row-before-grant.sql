-- Which rows tell of something that happened before the consent, or after its end? (clauses KG-5.1, KG-5.2)
SELECT *
FROM razi.rows_before_grant
LIMIT {limit:UInt32}
