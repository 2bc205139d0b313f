-- Which rows rest on no consent on record, or on more than it gave? (clauses CN-1.6.1, KG-6.1b)
SELECT *
FROM razi.rows_without_record
LIMIT {limit:UInt32}
