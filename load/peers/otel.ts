import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { buildGo, inCache } from "./go.ts";
import { browser, type Peer, pathOf } from "./peer.ts";
import { freePort, stopChild } from "./start.ts";

const version = "v0.159.0";

/** A page view as a log record, kept in a file that is synced, on its way to a server that counts. */
export const otel: Peer = {
  name: `OpenTelemetry Collector ${version.slice(1)}`,
  about: "logs over OTLP/HTTP; queue in file_storage with fsync",
  async start(dir) {
    const program = buildOtel();
    const sink = await startSink(dir);
    const port = await freePort();
    const config = join(dir, "otel.yaml");
    writeFileSync(config, configOf(port, sink.url, dir));
    const child = spawn(program, ["--config", config], { stdio: "ignore" });
    const url = `http://127.0.0.1:${port}`;
    for (;;) {
      if (
        await fetch(url).then(
          () => true,
          () => false,
        )
      )
        break;
      await setTimeout(50);
    }
    return {
      pid: child.pid ?? 0,
      url,
      path: "/v1/logs",
      message: (n) => ({ headers: { "content-type": "application/json" }, body: JSON.stringify(recordOf(n)) }),
      stored: async () => sink.seen.size,
      kill: () => stopChild(child, "SIGKILL"),
      async stop() {
        await stopChild(child);
        sink.close();
      },
    };
  },
};

function buildOtel(): string {
  const path = inCache(`otelcol-${version}`);
  if (existsSync(join(path, "otelcol"))) return join(path, "otelcol");
  const builder = buildGo("builder", "go.opentelemetry.io/collector/cmd/builder", version, ".");
  mkdirSync(path, { recursive: true });
  const core = "go.opentelemetry.io/collector";
  writeFileSync(
    join(path, "builder.yaml"),
    `dist: { name: otelcol, output_path: ${path} }
receivers: [{ gomod: "${core}/receiver/otlpreceiver ${version}" }]
exporters: [{ gomod: "${core}/exporter/otlphttpexporter ${version}" }]
extensions: [{ gomod: "github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage ${version}" }]
`,
  );
  console.error(`Building an OpenTelemetry Collector ${version} …`);
  execFileSync(builder, ["--config", join(path, "builder.yaml")], { stdio: ["ignore", "ignore", "inherit"] });
  return join(path, "otelcol");
}

const configOf = (port: number, sink: string, dir: string) => `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${port}" } } } }
extensions: { file_storage: { directory: "${dir}", fsync: true } }
exporters:
  otlphttp:
    endpoint: "${sink}"
    encoding: json
    compression: none
    sending_queue: { storage: file_storage, queue_size: 1000000 }
service:
  extensions: [file_storage]
  telemetry: { metrics: { level: none }, logs: { level: error } }
  pipelines: { logs: { receivers: [otlp], exporters: [otlphttp] } }
`;

function recordOf(n: number) {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const attributes = [
    attribute("n", String(n)),
    attribute("url.path", pathOf(n)),
    attribute("http.request.header.referer", "https://www.google.com/"),
    attribute("user_agent.original", browser),
  ];
  return {
    resourceLogs: [
      {
        scopeLogs: [
          { logRecords: [{ timeUnixNano: `${Date.now()}000000`, body: { stringValue: "view" }, attributes }] },
        ],
      },
    ],
  };
}

/** What the table would be: it remembers which numbers have arrived, also from the life before a kill. */
const sinks = new Map<string, Awaited<ReturnType<typeof openSink>>>();

async function startSink(dir: string) {
  const known = sinks.get(dir);
  if (known !== undefined) return known;
  const opened = await openSink();
  sinks.set(dir, opened);
  return opened;
}

async function openSink() {
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      for (const [, n = ""] of body.matchAll(/"key":"n","value":\{"stringValue":"(\d+)"/g)) seen.add(n);
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}
