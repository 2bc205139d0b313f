-- One row an event that rests on a proven consent. Copies of an event that was sent twice carry the same
-- (site, visitor, page, seq) and the same `at`, so they meet in one partition; the view `events` shows one of them.
CREATE TABLE IF NOT EXISTS razi.event_log
(
    site          LowCardinality(String)               COMMENT 'id of the site',
    at            DateTime64(3, 'UTC')                 COMMENT 'when it happened' CODEC(Delta, ZSTD),
    received_at   DateTime64(3, 'UTC')                 COMMENT 'when it arrived at the collector' CODEC(Delta, ZSTD),
    type          LowCardinality(String)               COMMENT 'view, click, service or time',
    page          String                               COMMENT 'random id of the page view',
    seq           UInt16                               COMMENT 'place within the page view',
    session       String                               COMMENT 'random id of the visit',
    visitor       UUID                                 COMMENT 'random id of the browser on this site',
    path          String                               COMMENT 'path, identifiers replaced by :id',
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
    engaged_ms    UInt32                               COMMENT 'visible and focused time, ms; add up per page',
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
    blocks        Array(LowCardinality(String))        COMMENT 'what was consented to',
    policy        LowCardinality(String)               COMMENT 'hash of the meaning of the policy in force',
    sdk           LowCardinality(String)               COMMENT 'version of the SDK',
    erase_after   DateTime('UTC')                      COMMENT 'end of retention or of the consent, the earlier'
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (site, toDate(at), visitor, page, seq)
TTL erase_after DELETE
SETTINGS
    -- An insert that is tried again with its token lands once.
    non_replicated_deduplication_window = 10000,
    -- A segment leaves the spool when ClickHouse says yes, so that yes must survive a power cut.
    fsync_after_insert = 1,
    fsync_part_directory = 1;

-- Every act of consent, append-only: a withdrawal is another row. No address, no user agent, no visitor id.
CREATE TABLE IF NOT EXISTS razi.consents
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
ENGINE = ReplacingMergeTree
PARTITION BY toYear(at)
ORDER BY (site, consent_id, at, event)
SETTINGS
    non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1,
    fsync_part_directory = 1;

-- What analysts read: each event once, also right after it was sent twice, and none whose time is over: until a merge
-- takes its row away, it is only hidden.
CREATE VIEW IF NOT EXISTS razi.events DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT *
FROM razi.event_log FINAL
WHERE erase_after > now()
SETTINGS do_not_merge_across_partitions_select_final = 1;
