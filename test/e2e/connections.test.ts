import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ask, grantConsent, sendBatch, viewOf } from "./client.ts";
import { startCollector, temporaryDir, until, writeConfig } from "./collector.ts";

/** Runs inside the collector and its engine before anything else, and writes down whom they call. */
const probe = (calls: string) => `
const { appendFileSync } = require("node:fs");
const net = require("node:net");
const { Socket } = net;
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  const [to] = Array.isArray(args[0]) ? args[0] : args;
  const target = typeof to === "object" ? to.path ?? (to.host ?? "localhost") + ":" + to.port : String(to);
  appendFileSync(${JSON.stringify(calls)}, target + "\\n");
  return connect.apply(this, args);
};
const dns = require("node:dns");
const { lookup } = dns;
dns.lookup = function (name, ...rest) {
  if (!net.isIP(name)) appendFileSync(${JSON.stringify(calls)}, "lookup " + name + "\\n");
  return lookup.call(this, name, ...rest);
};
`;

it("CN-1.9, CN-1.11: a collector calls its configured destinations and nobody else", async () => {
  const dir = temporaryDir();
  const calls = join(dir.path, "calls");
  writeFileSync(calls, "");
  writeFileSync(join(dir.path, "probe.cjs"), probe(calls));
  const abroad = { url: "http://127.0.0.1:9", needs: ["cross_border"] };
  const collector = await startCollector({
    dataDir: dir.path,
    env: {
      RAZI_CONFIG: writeConfig(dir.path, { destinations: { abroad } }),
      NODE_OPTIONS: `--require ${join(dir.path, "probe.cjs")}`,
    },
  });
  try {
    const { token } = await grantConsent(collector.url, { analytics: true, processing: true, cross_border: true });
    await sendBatch(collector.url, { token, events: [viewOf("callpage1")] });
    await until(
      () => ask(collector.clickhouseUrl, "SELECT 1 FROM razi.events"),
      (rows) => rows.length === 1,
    );
  } finally {
    expect(await collector.stop()).toBe(0);
  }
  const called = new Set(readFileSync(calls, "utf8").trim().split("\n"));
  const { host } = new URL(collector.clickhouseUrl);
  expect([...called].sort()).toEqual(["127.0.0.1:9", host].sort());
  dir.remove();
}, 120_000);
