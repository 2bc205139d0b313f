import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grantConsent, sendBatch, viewOf } from "../e2e/client.ts";
import { startCollector, temporaryDir, until } from "../e2e/collector.ts";
import { noStrace } from "./disk.ts";
import { engineOf } from "./processes.ts";
import { type Call, readTrace } from "./trace.ts";

const senders = 8;
const batchesEach = 10;
const traced = "read,write,writev,pwrite64,fsync,fdatasync,unlink,unlinkat,rename";

/** What the kernel was asked for, in which order: a promise that only a power cut would test otherwise. */
describe.skipIf(noStrace !== undefined)("the order of system calls (needs /usr/bin/strace)", () => {
  const dir = temporaryDir();
  let calls: Call[] = [];
  const of = (...names: string[]) => calls.filter(({ name }) => names.includes(name));
  const inSegments = (call: Call) => call.target.endsWith(".seg");

  beforeAll(async () => {
    const collector = await startCollector({ dataDir: dir.path });
    const { token } = await grantConsent(collector.url);
    const spool = join(dir.path, "data", "spool", "home", "bulk");
    const segments = () => readdirSync(spool).filter((name) => name.endsWith(".seg"));
    // What begins before the tracer comes would be seen in part.
    await until(
      async () => segments(),
      (names) => names.length === 0,
    );
    const file = join(dir.path, "trace");
    const pids = [collector.pid, engineOf(collector.pid) ?? 0].flatMap((pid) => ["-p", String(pid)]);
    const args = ["-f", "-yy", "-s", "100000", "-e", `trace=${traced}`, "-o", file, ...pids];
    const tracer = spawn("/usr/bin/strace", args);
    let said = "";
    tracer.stderr.on("data", (chunk) => (said += chunk));
    await until(
      async () => said.match(/Process \d+ attached/g)?.length ?? 0,
      (attached) => attached >= 2,
    );
    await Promise.all(
      Array.from({ length: senders }, async (_, sender) => {
        for (let batch = 0; batch < batchesEach; batch++)
          await sendBatch(collector.url, { token, events: [viewOf(`traced${sender}x${batch}x`)] });
      }),
    );
    await until(
      async () => segments(),
      (names) => names.length === 0,
    );
    const ended = once(tracer, "exit");
    tracer.kill("SIGINT");
    await ended;
    await collector.stop();
    calls = readTrace(readFileSync(file, "utf8"));
  }, 60_000);
  afterAll(dir.remove);

  it("a 202 is written to its connection only after the fdatasync that covers its rows", () => {
    const writes = of("pwrite64").filter(inSegments);
    const syncs = of("fdatasync").filter(inSegments);
    const answers = of("write", "writev").filter(({ text }) => text.includes('"HTTP/1.1 202 '));
    expect(answers.length).toBe(senders * batchesEach);
    for (const answer of answers) {
      const request = of("read").findLast((call) => call.target === answer.target && call.ended < answer.began);
      const [page] = pagesIn(request);
      expect(page, "the request was seen").toBeDefined();
      const written = writes.find((call) => pagesIn(call).includes(page ?? ""));
      expect(written, `${page} was written to a segment`).toBeDefined();
      const synced = syncs.find(
        (call) => call.target === written?.target && call.began > written.ended && call.ended < answer.began,
      );
      expect(synced, `${page} was synced before its answer`).toBeDefined();
    }
  });

  it("a segment is removed only after the engine synced the rows that were in it, and said so", () => {
    const removed = of("unlink", "unlinkat").filter(({ text }) => text.includes('.seg"'));
    expect(removed.length).toBeGreaterThan(0);
    const pages = new Set<string>();
    for (const removal of removed) {
      const segment = /"([^"]*\.seg)"/.exec(removal.text)?.[1];
      for (const page of of("pwrite64")
        .filter(({ target }) => target === segment)
        .flatMap(pagesIn)) {
        pages.add(page);
        const insert = of("read").find((call) => call.text.includes(`\\"${page}\\",0`));
        const yes = of("write", "writev").find(
          (call) => call.target === insert?.target && call.began > insert.ended && call.text.includes('"HTTP/1.1 200 '),
        );
        expect(yes, `the engine answered the insert of ${page}`).toBeDefined();
        const syncs = of("fsync", "fdatasync").filter(
          ({ target, began, ended }) =>
            /\/(tmp_insert_|\d{6}_)/.test(target) && began > (insert?.ended ?? 0) && ended < (yes?.began ?? 0),
        );
        // Its files, and its directory before and after the rename.
        expect(syncs.length, `syncs of the insert of ${page}`).toBeGreaterThan(2);
        expect(yes?.ended).toBeLessThan(removal.began);
      }
    }
    expect(pages.size).toBe(senders * batchesEach);
  });
});

const pagesIn = (call: Call | undefined): string[] => [...new Set(call?.text.match(/traced\d+x\d+x/g) ?? [])];
