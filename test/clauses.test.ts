import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../collector/root.ts";

interface Clause {
  readonly id: string;
  readonly code: string;
  readonly test: string;
}

const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

function clausesOf(markdown: string): Clause[] {
  const rows = markdown.matchAll(/^\| ((?:CN|KG)-\S+) \| [^|]+ \| (\S+) \| (\S+) \|$/gm);
  return [...rows].map(([, id = "", code = "", test = ""]) => ({ id, code, test }));
}

/** The clauses that the names of a file's tests mention: in texts, not in comments. */
function namedIn(source: string): string[] {
  const texts = source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
  return [...new Set(texts.match(/(?<![\w-])(?:CN|KG)-[0-9A-Z]\w*(?:\.\w+)*/g))];
}

const clauses = clausesOf(read("docs/clauses.md"));

const testFiles = readdirSync(join(projectRoot, "test"), { withFileTypes: true, recursive: true })
  .filter(({ name }) => name.endsWith(".test.ts"))
  .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
  // This one's samples are no tests of a clause.
  .filter((path) => path !== "test/clauses.test.ts");
const named = new Map(testFiles.map((path) => [path, namedIn(read(path))]));

describe("docs/clauses.md", () => {
  it.each(clauses.map(({ id, code, test }) => [id, code, test] as const))("%s: %s, proven by %s", (id, code, test) => {
    expect(existsSync(join(projectRoot, code)), `${code} is there`).toBe(true);
    expect(named.get(test), `${test} has a test that names it`).toContain(id);
  });

  it("lists each clause that a test names", () => {
    const listed = new Set(clauses.map(({ id }) => id));
    const unlisted = [...named].flatMap(([path, ids]) =>
      ids.filter((id) => !listed.has(id)).map((id) => `${id}: ${path}`),
    );
    expect(unlisted).toEqual([]);
  });

  it("lists each clause once, and every line of its table is understood", () => {
    const lines = read("docs/clauses.md").match(/^\|/gm) ?? [];
    expect(clauses).toHaveLength(lines.length - 2);
    expect(new Set(clauses.map(({ id }) => id)).size).toBe(clauses.length);
  });
});

describe("this test sees what it judges", () => {
  it("rows, tests and names", () => {
    expect(clauses.length).toBeGreaterThanOrEqual(20);
    expect(testFiles.length).toBeGreaterThanOrEqual(20);
    expect([...named.values()].flat().length).toBeGreaterThanOrEqual(25);
  });

  it("an id in a test's name is found, alone, among others and in a table", () => {
    const source = 'it("CN-2.2: a"); describe("KG-0, CN-3.1b: b"); it.each([["KG-2.1a: c", 1]]);';
    expect(namedIn(source)).toEqual(["CN-2.2", "KG-0", "CN-3.1b", "KG-2.1a"]);
  });

  it("an id in a comment proves nothing", () => {
    expect(namedIn('// CN-2.2\n/* KG-0 */ it("zh-CN-2 is no clause");')).toEqual([]);
  });
});
