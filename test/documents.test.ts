import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../collector/root.ts";

const documents = ["", "docs"].flatMap((dir) =>
  readdirSync(join(projectRoot, dir))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(dir, name)),
);
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
  const linksOf = (path: string) => [...read(path).matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);

  it("and there are some", () => {
    expect(documents.flatMap(linksOf).length).toBeGreaterThan(100);
  });

  it.each(documents)("%s", (path) => {
    for (const link of linksOf(path).filter((link) => !/^https?:/.test(link))) {
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
