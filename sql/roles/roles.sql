-- Roles for a ClickHouse server, to be run once by its administrator after the schema is there (a first start of a collector whose
-- user may create it). The embedded engine has the same two kinds of users by itself: the collector, and analysts who read.
CREATE ROLE IF NOT EXISTS razi_writer, razi_closer, razi_analyst, razi_eraser;

-- Ships rows: inserts, and reads no more of an event than which it is, to see whether it has arrived.
GRANT INSERT ON razi.event_log TO razi_writer;
GRANT INSERT ON razi.consents TO razi_writer;
GRANT INSERT ON razi.revocations TO razi_writer;
GRANT INSERT ON razi.texts TO razi_writer;
GRANT INSERT ON razi.count_log TO razi_writer;
GRANT INSERT ON razi.requests TO razi_writer;
GRANT INSERT ON razi.request_states TO razi_writer;
GRANT SELECT (site, at, visitor, page, seq) ON razi.event_log TO razi_writer;
GRANT SELECT (site, consent_id, at, event) ON razi.consents TO razi_writer;
GRANT SELECT (site, hash) ON razi.texts TO razi_writer;
GRANT SELECT (site, name, at, reason, collector) ON razi.count_log TO razi_writer;
GRANT SELECT (site, id) ON razi.requests TO razi_writer;
GRANT SELECT (request, state) ON razi.request_states TO razi_writer;
-- What was taken back, all collectors follow. What the schema is, each looks at when it starts.
GRANT SELECT ON razi.revocations TO razi_writer;
GRANT SELECT (number, checksum) ON razi.migrations TO razi_writer;
GRANT CREATE TEMPORARY TABLE ON *.* TO razi_writer;

-- Closes days. A collector without it ships as before, and reports take longer.
GRANT SELECT, OPTIMIZE ON razi.event_log TO razi_closer;
GRANT SELECT ON razi.sessions_between TO razi_closer;
GRANT SELECT, INSERT, ALTER DELETE, OPTIMIZE ON razi.session_log TO razi_closer;
GRANT SELECT, INSERT ON razi.closed_days TO razi_closer;
GRANT SELECT ON razi.noted_days TO razi_closer;
GRANT SELECT ON system.parts TO razi_closer;

-- Reads: views with a pseudonym for the visitor, and what consents say. No table that holds a visitor, nor how it is made.
GRANT SELECT ON razi.events TO razi_analyst;
GRANT SELECT ON razi.sessions TO razi_analyst;
GRANT SELECT ON razi.sessions_of TO razi_analyst;
GRANT SELECT ON razi.sessions_written TO razi_analyst;
GRANT SELECT ON razi.written_days TO razi_analyst;
GRANT SELECT ON razi.consents TO razi_analyst;
GRANT SELECT ON razi.revocations TO razi_analyst;
GRANT SELECT ON razi.texts TO razi_analyst;
GRANT SELECT ON razi.counts TO razi_analyst;
GRANT SELECT ON razi.rows_after_withdrawal TO razi_analyst;
GRANT SELECT ON razi.rows_before_grant TO razi_analyst;
GRANT SELECT ON razi.rows_without_record TO razi_analyst;

-- Erases, and looks whether it is done. What it made untrue is counted again: it opens days.
GRANT SELECT, ALTER DELETE, ALTER UPDATE ON razi.event_log TO razi_eraser;
GRANT SELECT, ALTER DELETE, ALTER UPDATE ON razi.session_log TO razi_eraser;
GRANT SELECT, INSERT ON razi.closed_days TO razi_eraser;
GRANT SELECT ON razi.consents TO razi_eraser;
GRANT SELECT ON razi.revocations TO razi_eraser;
GRANT SELECT, INSERT ON razi.requests TO razi_eraser;
GRANT SELECT, INSERT ON razi.request_states TO razi_eraser;
GRANT SELECT, INSERT ON razi.erasure_counts TO razi_eraser;
GRANT SELECT, INSERT ON razi.erasure_acks TO razi_eraser;
GRANT SELECT, INSERT ON razi.collectors TO razi_eraser;
GRANT SELECT, INSERT ON razi.tombstones TO razi_eraser;
GRANT SELECT, INSERT ON razi.holds TO razi_eraser;
GRANT SELECT, INSERT ON razi.certificates TO razi_eraser;
GRANT SELECT, INSERT ON razi.leases TO razi_eraser;
GRANT SELECT, INSERT, ALTER DELETE ON razi.subjects TO razi_eraser;
GRANT SELECT, INSERT, ALTER DELETE ON razi.subject_rows TO razi_eraser;
GRANT ALTER DELETE ON razi.consents TO razi_eraser;
GRANT ALTER SETTINGS ON razi.* TO razi_eraser;
-- What ClickHouse keeps of statements and parts. Some of its logs exist only where they are switched on.
GRANT SELECT ON system.tables TO razi_eraser;
GRANT SELECT ON system.parts TO razi_eraser;
GRANT SELECT ON system.detached_parts TO razi_eraser;
GRANT SELECT ON system.mutations TO razi_eraser;
GRANT SELECT ON system.query_log TO razi_eraser;
GRANT SELECT ON system.query_thread_log TO razi_eraser;
GRANT SELECT ON system.query_views_log TO razi_eraser;
GRANT SELECT ON system.asynchronous_insert_log TO razi_eraser;
GRANT SELECT ON system.text_log TO razi_eraser;

-- As the embedded engine bounds an analyst's statement.
CREATE SETTINGS PROFILE IF NOT EXISTS razi_analyst SETTINGS
    readonly = 1,
    max_execution_time = 60,
    max_memory_usage = 1073741824,
    max_result_rows = 1000000,
    max_result_bytes = 268435456,
    max_threads = 4
TO razi_analyst;
