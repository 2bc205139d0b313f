-- What was counted beside the events: refused, cleaned, put aside. Sums of about a minute, by collector: what leads to a visitor is
-- not in them. A collector has each moment once, or again with a greater sum that holds the former: so the greater one counts.
CREATE TABLE IF NOT EXISTS razi.count_log
(
    site      LowCardinality(String) COMMENT 'id of the site; empty where a refused row does not say it',
    name      LowCardinality(String) COMMENT 'accepted, refused, redacted, dropped, quarantined or declined',
    at        DateTime64(3, 'UTC')   COMMENT 'since when it was counted, for a minute or less' CODEC(Delta, ZSTD),
    reason    LowCardinality(String) COMMENT 'of a refusal; field:kind of what was redacted; destination that refused a row; else empty',
    collector LowCardinality(String) COMMENT 'id of the collector that counted',
    events    UInt64                 COMMENT 'how many: events, of redacted the replacements, of declined the visitors' CODEC(T64, ZSTD)
)
ENGINE = ReplacingMergeTree(events)
PARTITION BY toYYYYMM(at)
ORDER BY (site, name, at, reason, collector)
TTL toDateTime(at) + INTERVAL 2 YEAR DELETE
SETTINGS
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1;

-- What analysts read: each sum once.
CREATE OR REPLACE VIEW razi.counts DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT *
FROM razi.count_log FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;
