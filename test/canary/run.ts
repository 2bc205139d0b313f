import { rmSync, writeFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { makeMarkers } from "./markers.ts";
import { readExports, readMetrics, readTables, takeHeap } from "./places.ts";
import { type Hit, needlesOf, searchBytes, searchDirectory, searchFile } from "./search.ts";
import { visitedWorld } from "./world.ts";

export interface Place {
  readonly name: string;
  readonly bytes: number;
  readonly hits: readonly Hit[];
  /** How many leaks the same search found, after one was made here on purpose. */
  readonly planted: number;
}

/**
 * Sends personal values through the real thing, by a browser and by hand, kills it once in between, and searches every
 * byte that it left for them. Then it makes a leak in each place, and searches again.
 */
export async function runCanary(): Promise<Place[]> {
  const markers = makeMarkers();
  const world = await visitedWorld(markers);
  const { dir, collector, secrets } = world;
  try {
    const { stored, ...personal } = markers;
    const needles = needlesOf([
      ...Object.entries(personal).map(([name, value]) => ({ name, value })),
      ...secrets.map((value, n) => ({ name: `secret ${n + 1}`, value })),
      // Of an address what lies beyond the stored prefix.
      { name: "end of the address", value: markers.address.slice("85.".length) },
    ]);
    const leak = markers.labelEmail;
    // A word of the site's own is kept in tables and spool: searched for, it has to be found there.
    const kept = needlesOf([{ name: "stored", value: stored }]);
    const inText = (name: string, text: string, planted: string): Place => ({
      name,
      bytes: Buffer.byteLength(text),
      hits: searchBytes(Buffer.from(text), name, needles),
      planted: searchBytes(Buffer.from(text + planted), name, needles).length,
    });

    const tables = Buffer.from(await readTables(collector.clickhouseUrl));
    const places: Place[] = [
      {
        name: "tables",
        bytes: tables.length,
        hits: searchBytes(tables, "tables", needles),
        planted: searchBytes(tables, "tables", kept).length,
      },
      inText("answers", world.answers, encodeURIComponent(leak)),
      inText("metrics", await readMetrics(collector.url, dir), leak.toUpperCase().toLowerCase()),
      inText("exports", readExports(collector.clickhouseUrl), Buffer.from(` ${leak}`).toString("base64")),
    ];

    const { hits, bytes } = await searchHeap(collector.pid, dir, needles);
    const open = await holdOpen(collector.url, leak);
    const planted = await searchHeap(collector.pid, dir, needles);
    open.destroy();
    places.push({ name: "memory", bytes, hits, planted: planted.hits.length });

    const spool = join(dir, "data", "spool");
    places.push({
      name: "spool",
      ...searchDirectory(spool, needles),
      planted: searchDirectory(spool, kept).hits.length,
    });
    // Stopped, so that everything is written.
    await collector.stop();
    const data = searchDirectory(join(dir, "data"), needles);
    writeFileSync(join(dir, "data", "left"), Buffer.from(leak).toString("hex"));
    places.push(
      { name: "data directory", ...data, planted: searchDirectory(join(dir, "data"), needles).hits.length },
      inText("logs", world.logs(), [...leak].reverse().join("")),
    );
    return places;
  } finally {
    await world.end();
  }
}

async function searchHeap(pid: number, dir: string, needles: ReturnType<typeof needlesOf>) {
  const { path, bytes } = await takeHeap(pid, dir);
  const hits = searchFile(path, "memory", needles);
  rmSync(path);
  return { bytes, hits };
}

/** A request that does not end: what it has sent is in memory as long as it lasts. */
function holdOpen(url: string, leak: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\nx-leak: ${leak}\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n`;
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    // The answer to `expect` says that the head was read.
    socket.once("data", () => resolve(socket));
    socket.write(head);
  });
}
