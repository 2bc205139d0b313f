import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../collector/root.ts";

/**
 * What is done with data of visitors, by the operations that the law names, and the only places where it is done. A second place is a
 * second path, which has its own checks or none: it fails here, and is to be led through the first.
 */
const operations: readonly [operation: string, step: string, way: RegExp, places: readonly string[], like: string][] = [
  [
    "collection",
    "an event is admitted",
    /\badmit\(/,
    ["collector/http/events.ts", "collector/intake/admit.ts"],
    "const { rows } = admit(batch);",
  ],
  [
    "collection",
    "an admitted event is taken over",
    /\bappend\(.*\beventFormat\b/,
    ["collector/http/events.ts"],
    "store.append({ format: eventFormat, rows })",
  ],
  [
    "storage",
    "rows are kept on the disk, and refused ones put back",
    /\bopen(Pair|Spool)\(/,
    ["collector/cli/quarantine.ts", "collector/destinations.ts", "collector/spool/pair.ts", "collector/spool/spool.ts"],
    "await openSpool({ dir })",
  ],
  [
    "storage",
    "events have a table",
    /"razi\.event_log"|INSERT INTO razi\.(event_log|events)\b/,
    ["collector/destinations.ts"],
    'insert("razi.event_log", rows)',
  ],
  [
    "storage",
    "rows that were taken over are inserted",
    /\bFORMAT JSONCompactEachRow\b/,
    ["collector/warehouse/insert.ts"],
    "INSERT INTO t FORMAT JSONCompactEachRow",
  ],
  [
    "use",
    "a report is run",
    /\breportRunner\(/,
    ["collector/cli/report.ts", "collector/service.ts", "collector/warehouse/report.ts"],
    "const run = reportRunner(client);",
  ],
  [
    "use",
    "rows are read other than by a report: what is stored of one visitor, what is to be erased",
    /\bFROM razi\.(event_log|events)\b/,
    ["collector/consent/erasure/statements.ts", "collector/consent/erasure/sweep.ts", "collector/consent/stored.ts"],
    "SELECT visitor FROM razi.events",
  ],
  [
    "dissemination",
    "a database is connected to",
    /\bcreateClient\(/,
    ["collector/warehouse/client.ts"],
    "createClient({ url })",
  ],
  [
    "dissemination",
    "rows are sent to a destination",
    /\bstartShipping\(/,
    ["collector/destinations.ts", "collector/warehouse/ship.ts"],
    "startShipping({ spool })",
  ],
  [
    "dissemination",
    "what is stored of a visitor is handed out",
    /\b(asCsv|asJson|asJsonLines|exportPage)\(/,
    ["collector/consent/export.ts", "collector/http/subject.ts", "collector/pages/export-page.ts"],
    "return asCsv(stored.events);",
  ],
  [
    "destruction",
    "rows of a table are deleted or changed",
    /\bALTER TABLE (?!razi\.\$\{table\} DROP PARTITION|razi\.session_log DROP PARTITION)|\bDELETE FROM\b|\bTRUNCATE\b/,
    ["collector/consent/erasure/mutate.ts", "collector/consent/erasure/mutation-texts.ts"],
    "ALTER TABLE razi.event_log DELETE WHERE true",
  ],
  [
    "destruction",
    "rows on the disk are overwritten",
    /\beraseRows\(/,
    ["collector/spool/erase.ts", "collector/spool/spool.ts"],
    "eraseRows(segments, isErased)",
  ],
  [
    "destruction",
    "a disk is looked through for what is erased",
    /\berasedDisk\(/,
    ["collector/erased-disk.ts", "collector/service.ts"],
    "erasedDisk(destinations)",
  ],
];

const sources = readdirSync(join(projectRoot, "collector"), { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
  // Made-up visits for trying things out: `npm run seed`.
  .filter((path) => !path.startsWith("collector/seed/"))
  .map((path) => ({ path, code: withoutComments(readFileSync(join(projectRoot, path), "utf8")) }));

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
}

describe("CN-1.5: collection, storage, use, dissemination and destruction each have one path", () => {
  it.each(operations)("%s: %s", (_, __, way, places) => {
    expect(
      sources
        .filter(({ code }) => way.test(code))
        .map(({ path }) => path)
        .sort(),
    ).toEqual([...places].sort());
  });

  it("all five are here, each by something that a second path would be seen by", () => {
    expect(new Set(operations.map(([operation]) => operation))).toEqual(
      new Set(["collection", "storage", "use", "dissemination", "destruction"]),
    );
    expect(sources.length).toBeGreaterThan(150);
    for (const [, , way, , like] of operations) expect(way.test(withoutComments(like))).toBe(true);
  });

  it("every statement that makes a table of visitors' rows says by itself when they end", () => {
    const schema = readdirSync(join(projectRoot, "sql", "schema")).map((name) =>
      readFileSync(join(projectRoot, "sql", "schema", name), "utf8"),
    );
    const tables = schema.flatMap((text) =>
      [...text.matchAll(/CREATE TABLE IF NOT EXISTS razi\.(\w*(?:event|session)\w*)\s[\s\S]*?;$/gm)].map(
        ([statement, name]) => ({ name, ends: /\bTTL erase_after DELETE\b/.test(statement) }),
      ),
    );
    expect(tables.length).toBeGreaterThanOrEqual(3);
    expect(tables.filter(({ ends }) => !ends)).toEqual([]);
  });
});
