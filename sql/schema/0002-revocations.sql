-- What was taken back, in the order in which each collector took it. Append-only; all collectors follow it.
CREATE TABLE IF NOT EXISTS razi.revocations
(
    collector  LowCardinality(String)        COMMENT 'id of the collector that took it',
    seq        UInt64                        COMMENT 'its number there, without a gap',
    consent_id UUID                          COMMENT 'number of the consent; no secret',
    site       LowCardinality(String)        COMMENT 'id of the site',
    event      LowCardinality(String)        COMMENT 'withdrawn, blocked or unblocked',
    blocks     Array(LowCardinality(String)) COMMENT 'blocks that were withdrawn',
    at         DateTime64(3, 'UTC')          COMMENT 'when',
    erase_by   Nullable(Date)                COMMENT 'last day for what rested on the blocks to be gone',
    until      DateTime('UTC')               COMMENT 'when nothing can rest on the consent any more'
)
ENGINE = ReplacingMergeTree
ORDER BY (collector, seq)
TTL until DELETE
SETTINGS
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1;
