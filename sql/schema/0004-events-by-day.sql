-- Partitions of a day, which is closed two days after its end: then it is merged into one part, and reading it without copies
-- costs nothing any more. Better compression, and a pseudonym in place of the visitor for analysts. Rows move over; a kill or an
-- older collector that still inserts does no harm, because a row that is moved twice is the same row.
CREATE TABLE IF NOT EXISTS razi.event_log_by_day
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
ENGINE = ReplacingMergeTree
PARTITION BY toDate(at)
-- The day is in the order although it is the same in a whole partition: it says that `at` belongs to a row's identity.
ORDER BY (site, toDate(at), visitor, page, seq)
PRIMARY KEY (site, toDate(at), visitor)
TTL erase_after DELETE
SETTINGS
    default_compression_codec = 'ZSTD(1)',
    -- Each such merge rewrites a day. Rows whose time is over are hidden at once, and gone from the disk within a day.
    merge_with_ttl_timeout = 86400,
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1;

-- when: SELECT 1 FROM system.tables WHERE database = 'razi' AND name = 'event_log' AND partition_key = 'toYYYYMM(at)'
EXCHANGE TABLES razi.event_log AND razi.event_log_by_day;

INSERT INTO razi.event_log
(
    site, at, received_at, type, page, seq, session, visitor, path, route, title, referrer, channel, utm_source,
    utm_medium, utm_campaign, kind, label, service, action, engaged_ms, scroll, browser, browser_major, os,
    device, bot, country, ip_prefix, lang, viewport, consent_id, blocks, policy, sdk, erase_after
)
SELECT
    site, at, received_at, type, page, seq, session, visitor, path, route, title, referrer, channel, utm_source,
    utm_medium, utm_campaign, kind, label, service, action, engaged_ms, scroll, browser, browser_major, os,
    device, bot, country, ip_prefix, lang, viewport, consent_id, blocks, policy, sdk, erase_after
FROM razi.event_log_by_day
SETTINGS max_partitions_per_insert_block = 0;

DROP TABLE razi.event_log_by_day SYNC;

-- What analysts read: each event once, also right after it was sent twice, and none whose time is over: until a merge
-- takes its row away, it is only hidden. Whoever it was is a pseudonym, and the consent is nobody's business here.
CREATE OR REPLACE VIEW razi.events DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * EXCEPT (consent_id) REPLACE (pseudonym AS visitor)
FROM razi.event_log FINAL
WHERE erase_after > now()
SETTINGS do_not_merge_across_partitions_select_final = 1;
