import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import type { Service } from "./service.ts";

/** Says where everything is: to people as a text to copy from, to machines as one more line. */
export function welcome(log: Log, config: Config, service: Service, demo: string | undefined): void {
  const { url } = service;
  const clickhouseUrl = withoutPassword(service.clickhouseUrl);
  const { dataDir, sites, workers } = config;
  if (config.log === "json") {
    const urls = { collector: url, clickhouse: clickhouseUrl, ...(demo !== undefined && { demo }) };
    log.info("Razi is running.", { urls, dataDir, sites: [...sites.keys()], workers });
    return;
  }
  const lines = [
    ["Collector", url],
    ...(demo === undefined ? [] : [["Demo site", demo]]),
    ["ClickHouse", clickhouseUrl],
    ["Data", dataDir],
    ...(workers === 1 ? [] : [["Workers", String(workers)]]),
    ["Sites", [...sites.keys()].join(", ")],
  ];
  console.log(
    ["", "Razi is running.", ...lines.map(([name = "", value]) => `  ${name.padEnd(11)} ${value}`), ""].join("\n"),
  );
}

/** What a terminal or a log shows is no place for it. */
function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}
