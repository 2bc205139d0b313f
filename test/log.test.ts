import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aboutError, createLog, type LogForm } from "../collector/log.ts";
import { projectRoot } from "../collector/root.ts";
import { ask, grantConsent, sendBatch, viewOf } from "./e2e/client.ts";
import { type Collector, runToEnd, startCollector, temporaryDir, until } from "./e2e/collector.ts";

const secret = "someone@example.com";

function written(form: LogForm, say: (log: ReturnType<typeof createLog>) => void): string {
  let text = "";
  say(createLog(form, (line) => (text += line)));
  return text;
}

describe("a line", () => {
  it("for machines is an object with level, time, message and fields", () => {
    const line = written("json", (log) => log.warn("ClickHouse sleeps", { destination: "home", code: "ECONNREFUSED" }));
    expect(line.endsWith("}\n")).toBe(true);
    expect(JSON.parse(line)).toEqual({
      level: "warn",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      message: "ClickHouse sleeps",
      destination: "home",
      code: "ECONNREFUSED",
    });
  });

  it("for people is a sentence", () => {
    const fields = { destination: "home", ms: 5, place: ["collector/main.ts:1:2"] };
    expect(written("text", (log) => log.info("ClickHouse sleeps", fields))).toBe(
      "ClickHouse sleeps (destination home, ms 5)\n    at collector/main.ts:1:2\n",
    );
  });
});

describe("of an error is said what it is and where, never its message", () => {
  it.each([
    ["a class", new TypeError(secret), "TypeError"],
    ["a code", Object.assign(new Error(secret), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
    ["a code of ClickHouse", Object.assign(new Error(secret), { code: "41" }), "41"],
    ["what is no code", Object.assign(new Error(secret), { code: secret }), "Error"],
    ["a name that was set", Object.assign(new Error(secret), { name: secret }), "Error"],
    [
      "a message with lines that look like places",
      new Error(`a\n    at ${secret} (${projectRoot}/${secret}:1:2)`),
      "Error",
    ],
    ["what is no error", secret, "string"],
  ])("%s", (_, error, code) => {
    const about = aboutError(error);
    expect(about.code).toBe(code);
    expect(JSON.stringify(about)).not.toContain("someone");
    if (error instanceof Error) expect(about.place?.[0]).toMatch(/^test\/log\.test\.ts:\d+:\d+$/);
  });

  it("also where a message is a part of the name or of a path", () => {
    expect(aboutError(new Error("r")).place?.[0]).toMatch(/^test\/log\.test\.ts:/);
    expect(aboutError(new Error("")).place?.[0]).toMatch(/^test\/log\.test\.ts:/);
  });
});

describe("a collector that logs for machines", () => {
  let dir: ReturnType<typeof temporaryDir>;
  let collector: Collector | undefined;
  beforeEach(() => {
    dir = temporaryDir();
  });
  afterEach(async () => {
    await collector?.stop();
    dir.remove();
  });

  const start = async (env: Record<string, string> = {}) => {
    const started = await startCollector({ dataDir: dir.path, env: { RAZI_LOG: "json", ...env } });
    collector = started;
    return { collector: started, lines: () => linesOf(started.output()) };
  };
  const linesOf = (output: string) =>
    output
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it("writes nothing but objects, from the first line to the last", async () => {
    const { collector, lines } = await start();
    const consent = await grantConsent(collector.url);
    await sendBatch(collector.url, { token: consent.token, events: [viewOf("loggedpage")] });
    expect(await collector.stop()).toBe(0);
    // A process may be over before all that it said has been read.
    await expect
      .poll(() => lines().map(({ message }) => message))
      .toEqual(["Razi is running.", "Stopping: what is not shipped yet stays in the spool"]);
  });

  it("also says in one why it cannot start", async () => {
    const { code, output } = await runToEnd({ dataDir: dir.path, env: { RAZI_LOG: "json", RAZI_PORT: "99999999" } });
    expect(code).toBe(1);
    expect(linesOf(output)).toEqual([
      expect.objectContaining({ level: "error", message: expect.stringContaining("RAZI_PORT") }),
    ]);
  });

  it("ends loudly with 1 after a bug that nothing caught, says where and not what, and loses nothing", async () => {
    const trap = join(projectRoot, "test", "e2e", "bug-on-signal.mjs");
    const { collector, lines } = await start({ NODE_OPTIONS: `--import=${trap}` });
    const consent = await grantConsent(collector.url);
    const sent = await sendBatch(collector.url, { token: consent.token, events: [viewOf("bugfoundpage")] });
    expect(await sent.json()).toMatchObject({ accepted: 1 });
    collector.kill("SIGUSR2");
    expect(await collector.ended).toBe(1);
    await expect
      .poll(() => lines().at(-1))
      .toMatchObject({
        level: "error",
        message: "A bug that nothing caught: the collector ends",
        code: "RangeError",
        place: expect.arrayContaining([expect.stringMatching(/^test\/e2e\/bug-on-signal\.mjs:\d+:\d+$/)]),
      });
    expect(collector.output()).not.toContain("someone");
    expect(readFileSync(trap, "utf8")).toContain(secret);
    const again = await start();
    await until(
      () => ask(again.collector.clickhouseUrl, "SELECT seq FROM razi.events WHERE page = 'bugfoundpage'"),
      (rows) => rows.length === 1,
    );
  }, 60_000);

  it("ends the same way for a rejection that nothing handled", async () => {
    const trap = join(projectRoot, "test", "e2e", "bug-on-signal.mjs");
    const { collector, lines } = await start({ NODE_OPTIONS: `--import=${trap}`, BUG_AS: "rejection" });
    collector.kill("SIGUSR2");
    expect(await collector.ended).toBe(1);
    await expect.poll(() => lines().at(-1)).toMatchObject({ level: "error", code: "RangeError" });
  });
});
