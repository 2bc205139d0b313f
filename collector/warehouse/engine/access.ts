import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Who may do what, for the engine itself to enforce. chDB has one user, but reads roles and row policies from a file,
 * and a connection that has done `SET ROLE analyst` has that role's grants and no others.
 */
export interface Access {
  /** What analysts may read: `db.*`, `db.table` or `*.*`. */
  readonly analystReads: readonly string[];
  /** Bound for all statements together, in bytes. */
  readonly serverMemoryBytes: number;
}

/** Writes the two files into `dir` and says how the engine is told of them. No secret is in them. */
export function writeAccess(dir: string, access: Access): readonly string[] {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const users = join(dir, "users.xml");
  const config = join(dir, "config.xml");
  replace(users, usersXml(access.analystReads));
  replace(config, configXml(users, access.serverMemoryBytes));
  return [`--config-file=${config}`];
}

/** Tables of `system` that tools and reports need. All others read as empty for analysts, and are refused by name. */
export const readableSystemTables: ReadonlySet<string> = new Set(
  `aggregate_function_combinators build_options codecs collations columns completions contributors current_roles
  data_skipping_index_types data_type_families database_engines databases documentation enabled_roles formats functions
  keywords licenses merge_tree_settings numbers numbers_mt one primes privileges settings table_engines
  table_functions tables time_zones tokenizers unicode zeros zeros_mt`.split(/\s+/),
);

/** The rest of what ClickHouse 26.7 has. A start compares both lists with the engine, and admits no analyst if one is missing. */
const hiddenSystemTables =
  `asynchronous_inserts asynchronous_loader azure_queue_metadata_cache azure_queue_settings background_schedule_pool
  backups certificates clusters constraints dashboards data_skipping_indices database_replicas detached_parts
  detached_tables dictionaries dictionary_layouts dictionary_sources dimensional_metrics disk_types disks
  distributed_ddl_queue distribution_queue dns_cache dropped_tables dropped_tables_parts errors events fail_points
  filesystem_cache filesystem_cache_settings grants graphite_retentions histogram_metrics hypothetical_indexes
  iceberg_files iceberg_history jemalloc_bins jemalloc_profile_text jemalloc_stats kafka_consumers macros
  masking_policies merges metrics models moves mutations named_collections part_moves_between_shards parts
  parts_columns processes projection_parts projection_parts_columns projections query_cache query_condition_cache
  quota_limits quota_usage quotas quotas_usage remote_data_paths replicas replicated_fetches
  replicated_merge_tree_settings replication_queue resources rocksdb role_grants roles row_policies s3_queue_settings
  s3queue_metadata_cache scheduler schema_inference_cache server_settings settings_changes settings_profile_elements
  settings_profiles stack_trace storage_policies symbols user_defined_functions user_directories user_processes users
  view_refreshes warnings workloads`.split(/\s+/);

/** Names the tables of `system` that neither list knows. */
export const uncoveredSql = `SELECT name FROM system.tables WHERE database = 'system'
  AND name NOT IN (${[...readableSystemTables, ...hiddenSystemTables].map((name) => `'${name}'`).join(", ")})`;

function usersXml(analystReads: readonly string[]): string {
  // The role and not `readonly` decides: a subquery can set `readonly = 0` for itself, but nobody can change a role in it.
  // What may be read is shown. Nothing else is: how a table is made tells the key of the pseudonyms.
  const hide = (table: string) => `<${table}><filter>has(currentRoles(), 'owner')</filter></${table}>`;
  return `<clickhouse>
  <profiles><default/></profiles><quotas><default/></quotas>
  <roles>
    <owner><grants><query>GRANT ALL ON *.*</query><query>REVOKE SOURCES ON *.*</query></grants></owner>
    <loader><grants><query>GRANT READ ON FILE</query></grants></loader>
    <analyst><grants>
      <query>GRANT SHOW DATABASES ON *.*</query>
      ${analystReads.map((what) => `<query>GRANT SELECT ON ${xml(what)}</query>`).join("")}
    </grants></analyst>
  </roles>
  <users><default>
    <no_password/><networks><ip>127.0.0.1</ip><ip>::1</ip></networks><profile>default</profile><quota>default</quota>
    <grants><query>GRANT owner</query><query>GRANT loader</query><query>GRANT analyst</query></grants>
    <databases><system>${hiddenSystemTables.map(hide).join("")}</system></databases>
  </default></users>
</clickhouse>
`;
}

const configXml = (users: string, memoryBytes: number) => `<clickhouse>
  <users_config>${xml(users)}</users_config>
  <max_server_memory_usage>${memoryBytes}</max_server_memory_usage>
</clickhouse>
`;

const xml = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

function replace(path: string, text: string): void {
  writeFileSync(`${path}.${process.pid}`, text, { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
}
