import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Exception, notImplemented } from "./exception.ts";
import { admitLocal, type User, userOf } from "./gate.ts";

/** What a request says besides its body. */
export interface Asked {
  readonly user: User;
  readonly queryId: string;
  /** GET may not change anything, so that following a link never does. */
  readonly readOnly: boolean;
  /** Text from the address; the body follows it. */
  readonly query: string;
  readonly database: string | undefined;
  readonly format: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly params: readonly (readonly [name: string, value: string])[];
  readonly gzipped: boolean;
}

interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** Reads a request's address and headers, or throws the exception to answer with. */
export function askedBy({ method, url, headers }: Received, secret: string): Asked {
  admitLocal(headers);
  if (url.pathname !== "/") throw notImplemented(`the path ${url.pathname}`);
  if (method !== "GET" && method !== "POST") throw notImplemented(`the method ${method}`);
  const search = url.searchParams;
  const user = userOf(headers, search, secret);
  if (headers["content-type"]?.startsWith("multipart/form-data")) throw notImplemented("external data");
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") throw notImplemented(`Content-Encoding: ${encoding}`);

  const settings = new Map<string, string>();
  const params = new Map<string, string>();
  for (const [name, value] of search) {
    if (name.startsWith("param_")) params.set(named(name.slice("param_".length)), value);
    else if (refused.has(name) && !(value === "0" || value === "")) throw notImplemented(`the parameter ${name}`);
    else if (!answeredHere.has(name) && !refused.has(name)) settings.set(named(name), value);
  }
  return {
    user,
    queryId: search.get("query_id") || single(headers["x-clickhouse-query-id"]) || randomUUID(),
    readOnly: method === "GET",
    query: search.get("query") ?? "",
    database: search.get("database") || single(headers["x-clickhouse-database"]) || undefined,
    format: search.get("default_format") || single(headers["x-clickhouse-format"]) || "TabSeparated",
    settings: [...settings],
    params: [...params],
    gzipped: encoding === "gzip",
  };
}

/** These change what an answer means, and there is nothing behind them here. */
const refused = new Set(
  "session_id session_check session_timeout close_session compress decompress role quota_key framing".split(" "),
);

/** Read above, or about how an answer travels. It is always complete before its first byte, and never compressed. */
const answeredHere = new Set(
  `query query_id database default_format user password wait_end_of_query http_wait_end_of_query buffer_size
  http_response_buffer_size send_progress_in_http_headers http_headers_progress_interval_ms enable_http_compression
  http_zlib_compression_level add_http_cors_header http_write_exception_in_output_format stacktrace
  cancel_http_readonly_queries_on_client_close`.split(/\s+/),
);

const single = (value: string | string[] | undefined) => [value].flat()[0];

function named(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new Exception(36, "BAD_ARGUMENTS", `${JSON.stringify(name)} is no name of a setting or parameter`);
}
