-- The tables of sql/schema on a cluster of ClickHouse servers: shards that hold a part of the visitors each, replicas of each shard.
-- NOT RUN ON A CLUSTER YET: the tests hold that ClickHouse parses it, and that its columns are those of sql/schema.
--
-- Run it once on any server, with the macros {cluster}, {shard} and {replica} set on each, and with two random numbers of 64 bits in
-- place of {{random UInt64}}: the same two everywhere, or a visitor has a pseudonym for each shard. Then start a collector, which makes
-- the views on the server that it reaches; where analysts reach others, run those of sql/schema there too.
-- What a collector inserts goes to the Distributed table of the name that it knows, and on to the shard of the visitor: copies of an
-- event meet there, and a session is whole there.
CREATE DATABASE IF NOT EXISTS razi ON CLUSTER '{cluster}';

CREATE TABLE IF NOT EXISTS razi.event_log_shard ON CLUSTER '{cluster}'
(
    site          LowCardinality(String)               COMMENT 'id of the site',
    at            DateTime64(3, 'UTC')                 COMMENT 'when it happened',
    received_at   DateTime64(3, 'UTC')                 COMMENT 'when it arrived at the collector',
    type          LowCardinality(String)               COMMENT 'view, click, service or time',
    page          String                               COMMENT 'random id of the page view',
    seq           UInt16                               COMMENT 'place within the page view',
    session       String                               COMMENT 'random id of the visit',
    visitor       UUID                                 COMMENT 'random id of the browser on this site',
    pseudonym     UInt64 MATERIALIZED sipHash64Keyed((toUInt64({{random UInt64}}), toUInt64({{random UInt64}})), visitor)
                                                       COMMENT 'the visitor as analysts see it: a hash under a key of this database',
    path          LowCardinality(String)               COMMENT 'path, identifiers replaced by :id',
    route         LowCardinality(String)               COMMENT 'template of the path',
    title         String                               COMMENT 'title of the page, where the site keeps titles',
    referrer      LowCardinality(String)               COMMENT 'host that linked here; within the site the path',
    channel       LowCardinality(String)               COMMENT 'direct, internal, search, social, referral or campaign',
    utm_source    LowCardinality(String)               COMMENT 'with consent to marketing only',
    utm_medium    LowCardinality(String)               COMMENT 'with consent to marketing only',
    utm_campaign  LowCardinality(String)               COMMENT 'with consent to marketing only',
    kind          LowCardinality(String)               COMMENT 'sort of button or contact that was clicked',
    label         LowCardinality(String)               COMMENT 'name that the site gave to it',
    service       LowCardinality(String)               COMMENT 'key of the service',
    action        LowCardinality(String)               COMMENT 'view or choose',
    engaged_ms    UInt32                               COMMENT 'visible and focused time, ms; add up per page' CODEC(T64, ZSTD),
    scroll        UInt8                                COMMENT 'greatest depth, per cent',
    browser       LowCardinality(String)               COMMENT 'family',
    browser_major UInt16                               COMMENT 'main version',
    os            LowCardinality(String)               COMMENT 'family',
    device        LowCardinality(String)               COMMENT 'desktop, phone, tablet or other',
    bot           Bool                                 COMMENT 'says it is a machine',
    country       LowCardinality(String)               COMMENT 'ISO 3166, from the shortened address',
    ip_prefix     LowCardinality(String)               COMMENT 'IPv4 /16 or IPv6 /32, as configured',
    lang          LowCardinality(String)               COMMENT 'language and region of the browser',
    viewport      UInt16                               COMMENT 'width in CSS pixels, in steps of 100',
    consent_id    UUID                                 COMMENT 'the consent that allows this row',
    blocks        Array(LowCardinality(String))        COMMENT 'what was consented to' CODEC(ZSTD(3)),
    policy        LowCardinality(String)               COMMENT 'hash of the meaning of the policy in force',
    sdk           LowCardinality(String)               COMMENT 'version of the SDK',
    erase_after   DateTime('UTC')                      COMMENT 'end of retention or of the consent, the earlier' CODEC(Delta, ZSTD)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/razi/event_log/{shard}', '{replica}')
PARTITION BY toDate(at)
ORDER BY (site, toDate(at), visitor, page, seq)
PRIMARY KEY (site, toDate(at), visitor)
TTL erase_after DELETE
SETTINGS
    default_compression_codec = 'ZSTD(1)',
    merge_with_ttl_timeout = 86400,
    replicated_deduplication_window = 10000,
    -- A power cut at one replica is mended by the other; to lose both is what `insert_quorum` is for.
    fsync_after_insert = 1,
    fsync_part_directory = 1;

-- By visitor, so that FINAL, sessions and unique visitors can be worked out on each shard. Inserts answer when the shard has them.
CREATE TABLE IF NOT EXISTS razi.event_log ON CLUSTER '{cluster}' AS razi.event_log_shard
ENGINE = Distributed('{cluster}', razi, event_log_shard, cityHash64(site, visitor))
SETTINGS fsync_after_insert = 1;

CREATE TABLE IF NOT EXISTS razi.consents_shard ON CLUSTER '{cluster}'
(
    consent_id     UUID                          COMMENT 'number of the consent; no secret',
    site           LowCardinality(String)        COMMENT 'id of the site',
    event          LowCardinality(String)        COMMENT 'granted',
    at             DateTime64(3, 'UTC')          COMMENT 'when',
    expires_at     DateTime64(3, 'UTC')          COMMENT 'end of the consent',
    blocks         Array(LowCardinality(String)) COMMENT 'what was consented to',
    controller     LowCardinality(String)        COMMENT 'who is responsible',
    jurisdiction   LowCardinality(String)        COMMENT 'ISO 3166, whose law applies',
    notice         LowCardinality(String)        COMMENT 'hash of the text that was shown',
    policy         LowCardinality(String)        COMMENT 'hash of the meaning of the policy',
    policy_version LowCardinality(String)        COMMENT 'its name',
    lang           LowCardinality(String)        COMMENT 'language of the text that was shown',
    source_ui      LowCardinality(String)        COMMENT 'surface on which it was given',
    source_action  LowCardinality(String)        COMMENT 'which of its buttons'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/razi/consents/{shard}', '{replica}')
PARTITION BY toYear(at)
ORDER BY (site, consent_id, at, event)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS razi.consents ON CLUSTER '{cluster}' AS razi.consents_shard
ENGINE = Distributed('{cluster}', razi, consents_shard, cityHash64(consent_id));

-- Small, and needed whole by each collector: the same on every server.
CREATE TABLE IF NOT EXISTS razi.revocations ON CLUSTER '{cluster}'
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/razi/revocations', '{shard}-{replica}')
ORDER BY (collector, seq)
TTL until DELETE
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS razi.texts ON CLUSTER '{cluster}'
(
    hash LowCardinality(String) COMMENT 'SHA-256 of the canonical JSON of the body, base64url',
    kind LowCardinality(String) COMMENT 'policy or notice',
    site LowCardinality(String) COMMENT 'id of the site',
    body String                 COMMENT 'JSON',
    at   DateTime64(3, 'UTC')   COMMENT 'when it came into force here'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/razi/texts', '{shard}-{replica}')
ORDER BY (site, hash)
SETTINGS replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS razi.count_log ON CLUSTER '{cluster}'
(
    site      LowCardinality(String) COMMENT 'id of the site; empty where a refused row does not say it',
    name      LowCardinality(String) COMMENT 'accepted, refused, redacted, dropped, quarantined or declined',
    at        DateTime64(3, 'UTC')   COMMENT 'since when it was counted, for a minute or less' CODEC(Delta, ZSTD),
    reason    LowCardinality(String) COMMENT 'of a refusal; field:kind of what was redacted; destination that refused a row; else empty',
    collector LowCardinality(String) COMMENT 'id of the collector that counted',
    events    UInt64                 COMMENT 'how many: events, of redacted the replacements, of declined the visitors' CODEC(T64, ZSTD)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/razi/count_log', '{shard}-{replica}', events)
PARTITION BY toYYYYMM(at)
ORDER BY (site, name, at, reason, collector)
TTL toDateTime(at) + INTERVAL 2 YEAR DELETE
SETTINGS replicated_deduplication_window = 10000;
