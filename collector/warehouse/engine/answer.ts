import type { OutgoingHttpHeaders } from "node:http";
import { bodyOf, type Exception, statusOf } from "./exception.ts";
import type { Finished } from "./native.ts";

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | string;
}

/** The answer to a statement that ran. */
export function answerOf(finished: Finished, format: string, queryId: string): Answer {
  const body = finished.bytes ?? Buffer.alloc(0);
  const summary = {
    read_rows: String(finished.rowsRead ?? 0),
    read_bytes: String(finished.bytesRead ?? 0),
    written_rows: String(finished.rowsWritten ?? 0),
    written_bytes: String(finished.bytesWritten ?? 0),
    total_rows_to_read: "0",
    result_rows: "0",
    result_bytes: String(body.length),
    elapsed_ns: String(Math.round(finished.elapsed * 1e9)),
  };
  return {
    status: 200,
    headers: {
      ...common(queryId),
      "Content-Type": contentType(format),
      "X-ClickHouse-Format": format,
      "X-ClickHouse-Summary": JSON.stringify(summary),
    },
    body,
  };
}

/** The answer to a statement that did not run, or failed. */
export function refusalOf(exception: Exception, queryId: string): Answer {
  const status = statusOf(exception.code);
  return {
    status,
    headers: {
      ...common(queryId),
      "Content-Type": "text/plain; charset=UTF-8",
      "X-ClickHouse-Exception-Code": String(exception.code),
      ...(status === 401 && { "WWW-Authenticate": 'Basic realm="ClickHouse"' }),
      ...(status === 503 && { "Retry-After": "1" }),
    },
    body: bodyOf(exception),
  };
}

const common = (queryId: string) => ({
  "X-ClickHouse-Query-Id": encodeURIComponent(queryId),
  "X-ClickHouse-Timezone": "UTC",
  "X-ClickHouse-Server-Display-Name": "razi-embedded",
  // A result is data, whatever a browser would like to make of it.
  "X-Content-Type-Options": "nosniff",
});

function contentType(format: string): string {
  for (const [names, type] of types) if (names.test(format)) return type;
  return "text/plain; charset=UTF-8";
}

const types: readonly (readonly [RegExp, string])[] = [
  [/^JSON\w*EachRow/, "application/x-ndjson; charset=UTF-8"],
  [/^JSON/, "application/json; charset=UTF-8"],
  [/^CSV\w*WithNames/, "text/csv; charset=UTF-8; header=present"],
  [/^CSV/, "text/csv; charset=UTF-8; header=absent"],
  [/^(?:TSV|TabSeparated)/, "text/tab-separated-values; charset=UTF-8"],
  [/^XML$/, "application/xml; charset=UTF-8"],
  [/^Markdown$/, "text/markdown; charset=UTF-8"],
  [
    /^(?:Native|RowBinary|Parquet|Arrow|ORC|Avro|Protobuf|MsgPack|BSON|Npy|RawBLOB|CapnProto)/,
    "application/octet-stream",
  ],
];
