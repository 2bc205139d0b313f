-- The texts that consents rest on, under the hashes that records name. Kept for ever: they are the proof of what was shown.
CREATE TABLE IF NOT EXISTS razi.texts
(
    hash LowCardinality(String) COMMENT 'SHA-256 of the canonical JSON of the body, base64url',
    kind LowCardinality(String) COMMENT 'policy or notice',
    site LowCardinality(String) COMMENT 'id of the site',
    body String                 COMMENT 'JSON',
    at   DateTime64(3, 'UTC')   COMMENT 'when it came into force here'
)
ENGINE = ReplacingMergeTree
ORDER BY (site, hash)
SETTINGS
    non_replicated_deduplication_window = 1000,
    fsync_after_insert = 1,
    fsync_part_directory = 1;
