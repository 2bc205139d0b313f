import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { diskFiles } from "../../collector/spool/files.ts";
import { bundled, start } from "./another-process.ts";
import { drain, given } from "./given.ts";

/** Appends in 20 loops at once and ships now and then, and says what it was promised and what it has shipped. */
const child = (url: string, dir: string, life: number) => `
  import { openSpool } from ${JSON.stringify(url)};
  const spool = await openSpool({ dir: ${JSON.stringify(dir)}, collector: "c", maxBytes: 1e9, segmentBytes: 20000, now: Date.now });
  const say = (line) => new Promise((said) => process.stdout.write(line + " .\\n", said));
  const names = (records) => records.map(({ rows }) => Buffer.from(rows).toString().slice(2, -3));
  for (let loop = 0; loop < 20; loop += 1) (async () => {
    for (let n = 0; ; n += 1) {
      const name = ["${life}", loop, n].join("-");
      await spool.append({ consent: "c", format: 1, count: 1, rows: Buffer.from('["' + name + '"]\\n') });
      say("promised " + name);
    }
  })();
  while (true) {
    await spool.waiting();
    const extent = await spool.next({ maxBytes: 50000, maxRows: 300 });
    const shipped = names(await extent.records());
    // Heard before it is acknowledged: a pipe whose reader is slow would keep it back, and a kill would lose it.
    await say("inserted " + extent.token + " " + shipped.join(","));
    await spool.acknowledge(extent);
  }`;

test("a process that is killed at any moment keeps all its promises, and ships nothing twice", {
  timeout: 60_000,
}, async () => {
  const base = await mkdtemp(join(tmpdir(), "razi-kill-"));
  const dir = join(base, "spool");
  const url = await bundled("spool.ts", base);
  const promised = new Set<string>();
  const inserted = new Map<string, string>();
  for (let life = 0; life < 5; life += 1) {
    const killed = start(child(url, dir, life));
    const enough = 200 + Math.floor(Math.random() * 800);
    let lines = 0;
    for await (const line of createInterface({ input: killed.stdout })) {
      const [what, name = "", rows = ""] = line.split(" ");
      // Killed in the middle of a line, which nobody has heard then.
      if (!line.endsWith(" .")) continue;
      if (what === "promised") promised.add(name);
      if (what === "inserted") {
        expect(inserted.get(name) ?? rows).toBe(rows);
        inserted.set(name, rows);
      }
      lines += 1;
      if (lines === enough) killed.kill("SIGKILL");
    }
    if (killed.exitCode === null && killed.signalCode === null) await once(killed, "exit");
    expect(killed.signalCode).toBe("SIGKILL");
  }
  const spool = await given(diskFiles, { dir, collector: "c" });
  // An insert that was under way comes back under its token, and is the same one.
  const again = await spool.next({ maxBytes: 1, maxRows: 1 });
  const known = again && inserted.has(again.token);
  if (again && known) await spool.acknowledge(again);
  const delivered = [...[...inserted.values()].flatMap((rows) => rows.split(",")), ...(await drain(spool))];
  expect(new Set(delivered).size).toBe(delivered.length);
  const missing = [...promised].filter((name) => !new Set(delivered).has(name));
  expect(missing).toEqual([]);
  expect(promised.size).toBeGreaterThan(200);
  expect(spool.status()).toMatchObject({ records: 0, damaged: 0 });
  await spool.close();
  await rm(base, { recursive: true });
});
