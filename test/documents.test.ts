import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../collector/root.ts";

const documents = [
  "README.md",
  "SECURITY.md",
  "docs/erasure.md",
  "docs/load.md",
  "docs/reports.md",
  "docs/operations.md",
  "docs/threat-model.md",
];
const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

/** As GitHub names a heading. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

describe("the links lead somewhere", () => {
  it.each(documents)("%s", (path) => {
    const links = [...read(path).matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(1);
    for (const link of links.filter((link) => !link.startsWith("https://"))) {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : join(dirname(path), file);
      expect([link, existsSync(join(projectRoot, target))]).toEqual([link, true]);
      if (anchor !== undefined)
        expect([link, anchorsOf(read(target))]).toEqual([link, expect.arrayContaining([anchor])]);
    }
  });
});

describe("docs/threat-model.md", () => {
  const rows = read("docs/threat-model.md")
    .split("\n")
    .filter((line) => /^\| \d+ \|/.test(line));

  it("shows each measure by a test", () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !/\]\(\.\.\/test\/\S+\.test\.ts\)/.test(row))).toEqual([]);
  });

  it("numbers the threats in a row", () => {
    expect(rows.map((row) => Number(row.split("|")[1]))).toEqual(rows.map((_, i) => i + 1));
  });
});
