import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../collector/root.ts";

/**
 * What each part may import: parts and single files of the project, and packages. `node:` stands for all of Node's
 * modules. A part may always import itself, and the top level of the collector (config, counters, service, main) all.
 */
const allowed = {
  sdk: [],
  // What readers' browsers load; nothing of the collector may come into it.
  "collector/pages/dashboard/client": [],
  "collector/pages": ["collector/consent", "collector/reports", "d3-scale", "d3-shape", "hono", "node:crypto"],
  "collector/intake": [
    "sdk/protocol.ts",
    "zod",
    "ajv",
    "isbot",
    "libphonenumber-js",
    "lru-cache",
    "ua-parser-js",
    "node:crypto",
    "node:net",
  ],
  "collector/consent": ["sdk/protocol.ts", "jose", "zod", "lru-cache", "node:"],
  "collector/counts": ["node:"],
  "collector/spool": ["node:"],
  "collector/reports": ["node:"],
  "collector/seed": ["@clickhouse/client", "node:"],
  "collector/warehouse": [
    "collector/reports",
    "collector/spool",
    "collector/root.ts",
    "@clickhouse/client",
    "chdb",
    "node:",
  ],
  "collector/http": [
    "collector/intake",
    "collector/consent",
    "collector/pages",
    "collector/recent.ts",
    "collector/reports",
    "sdk/protocol.ts",
    "sdk/banner/site.ts",
    "sdk/banner/words.ts",
    "hono",
    "@hono/node-server",
    "zod",
    "node:",
  ],
  "collector/workers": [
    "collector/clickhouse.ts",
    "collector/config.ts",
    "collector/consent",
    "collector/data-dir.ts",
    "collector/last-words.ts",
    "collector/log.ts",
    "collector/place.ts",
    "collector/secret-file.ts",
    "collector/sensitive-pages.ts",
    "collector/service.ts",
    "collector/spool",
    "collector/undo.ts",
    "collector/warehouse",
    "prom-client",
    "node:",
  ],
  "collector/cli": [
    "collector/workers/dirs.ts",
    "collector/http",
    "collector/intake",
    "collector/consent",
    "collector/reports",
    "collector/spool",
    "collector/seed",
    "collector/warehouse",
    "collector/root.ts",
    "sdk",
    "esbuild",
    "terser",
    "node:",
  ],
} as const satisfies Record<string, readonly string[]>;

type Part = keyof typeof allowed;
const parts = Object.keys(allowed) as Part[];

/** The top of the collector, and who may reach up to it. */
const above: Readonly<Record<string, readonly string[]>> = {
  "collector/main.ts": [],
  "collector/service.ts": ["collector/main.ts", "collector/welcome.ts", "collector/workers", "collector/cli"],
  "collector/config.ts": [
    "collector/main.ts",
    "collector/service.ts",
    "collector/destinations.ts",
    "collector/clickhouse.ts",
    "collector/place.ts",
    "collector/welcome.ts",
    "collector/workers",
    "collector/cli",
  ],
};

interface Import {
  readonly from: string;
  /** A file of the project, or a package. */
  readonly to: string;
}

/** Every import of a source text: static, for effect, re-exports, dynamic and `require`. */
function importsOf(path: string, source: string): Import[] {
  const pattern =
    /(?:^|[;}\n])\s*(?:import|export)\s(?:[^'"`;]*?\bfrom\s*)?(["'])([^"']+)\1|\b(?:import|require)\s*\(\s*(["'`])([^"'`]+)\3/g;
  return [...withoutComments(source).matchAll(pattern)].map((found) => {
    const name = found[2] ?? found[4] ?? "";
    return { from: path, to: name.startsWith(".") ? posix.join(posix.dirname(path), name) : name };
  });
}

const withoutComments = (source: string): string => source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");

const partOf = (path: string): Part | undefined => parts.find((part) => path.startsWith(`${part}/`));

const isUnder = (path: string, place: string): boolean =>
  path === place || path.startsWith(place.endsWith(":") ? place : `${place}/`);

function isAllowed({ from, to }: Import): boolean {
  const importers = above[to];
  if (importers !== undefined) return importers.some((place) => isUnder(from, place));
  const part = partOf(from);
  if (part === undefined) return true;
  return isUnder(to, part) || allowed[part].some((place) => isUnder(to, place));
}

/** The project's own TypeScript below a folder, as paths from the project's root. */
function filesOf(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path));
}

const sources = ["collector", "sdk"].flatMap(filesOf);
const imports = sources.flatMap((path) => importsOf(path, readFileSync(join(projectRoot, path), "utf8")));

describe("imports go one way only", () => {
  it.each([...parts, "collector"])("in %s", (part) => {
    const own = imports.filter(({ from }) => (part === "collector" ? dirname(from) === part : partOf(from) === part));
    expect(own.filter((edge) => !isAllowed(edge)).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });
});

describe("this test sees the code", () => {
  it.each<[string, files: number, edges: number]>([
    ["sdk", 15, 25],
    ["collector/intake", 14, 25],
    ["collector/consent", 7, 15],
    ["collector/spool", 10, 20],
    ["collector/warehouse", 6, 12],
    ["collector/http", 14, 35],
    ["collector/pages", 20, 50],
    ["collector/pages/dashboard/client", 6, 8],
    ["collector/workers", 6, 20],
    ["collector/seed", 3, 3],
    ["collector/counts", 3, 4],
    ["collector/cli", 3, 6],
  ])("%s: %d files and %d imports at least", (part, files, edges) => {
    expect(sources.filter((path) => partOf(path) === part).length).toBeGreaterThanOrEqual(files);
    expect(imports.filter(({ from }) => partOf(from) === part).length).toBeGreaterThanOrEqual(edges);
  });

  it("it sees edges that are known to be there", () => {
    expect(imports).toEqual(
      expect.arrayContaining([
        { from: "collector/http/events.ts", to: "collector/intake/admit.ts" },
        { from: "collector/intake/contract.ts", to: "sdk/protocol.ts" },
        { from: "collector/consent/tokens.ts", to: "jose" },
        { from: "collector/destinations.ts", to: "collector/spool/spool.ts" },
      ]),
    );
  });

  it("each relative import is of a file that is there", () => {
    const known = new Set([...sources, ...filesOf("examples")]);
    const lost = imports.filter(({ to }) => /^(collector|sdk|examples)\//.test(to) && !known.has(to));
    expect(lost).toEqual([]);
  });

  it.each([
    ["a static import", 'import { grant } from "../consent/grant.ts";'],
    ["one over several lines", 'import {\n  a,\n  type B,\n} from "../consent/grant.ts";'],
    ["after another statement", 'const a = 1; import b from "../consent/grant.ts"'],
    ["of types only", 'import type { Granted } from "../consent/grant.ts";'],
    ["of everything", "import * as all from '../consent/grant.ts'"],
    ["for its effect", 'import "../consent/grant.ts";'],
    ["a re-export", 'export { grant } from "../consent/grant.ts";'],
    ["a re-export of everything", 'export * from "../consent/grant.ts";'],
    ["a dynamic import", 'const grant = await import("../consent/grant.ts");'],
    ["a require", 'const grant = require("../consent/grant.ts");'],
  ])("a forbidden import is caught: %s", (_, source) => {
    const found = importsOf("collector/intake/planted.ts", source);
    expect(found).toEqual([{ from: "collector/intake/planted.ts", to: "collector/consent/grant.ts" }]);
    expect(found.filter(isAllowed)).toEqual([]);
  });

  it.each([
    ["collector/intake/planted.ts", "node:fs"],
    ["collector/intake/privacy/planted.ts", "jose"],
    ["collector/intake/planted.ts", "sdk/start.ts"],
    ["collector/counts/planted.ts", "collector/spool/spool.ts"],
    ["collector/spool/planted.ts", "lru-cache"],
    ["collector/spool/planted.ts", "collector/warehouse/ship.ts"],
    ["collector/warehouse/planted.ts", "collector/http/app.ts"],
    ["collector/warehouse/planted.ts", "collector/intake/columns.ts"],
    ["collector/http/planted.ts", "collector/spool/spool.ts"],
    ["collector/http/planted.ts", "collector/config.ts"],
    ["collector/consent/planted.ts", "collector/intake/site.ts"],
    ["collector/pages/planted.tsx", "collector/http/app.ts"],
    ["collector/pages/planted.tsx", "collector/warehouse/report.ts"],
    ["collector/pages/dashboard/client/planted.ts", "collector/pages/dashboard/view.ts"],
    ["collector/cli/planted.ts", "collector/main.ts"],
    ["collector/counters.ts", "collector/service.ts"],
    ["sdk/planted.ts", "zod"],
    ["sdk/planted.ts", "collector/intake/site.ts"],
    ["collector/http/planted.ts", "hono-other"],
  ])("%s may not import %s", (from, to) => {
    expect(isAllowed({ from, to })).toBe(false);
  });

  it("and what only looks like one is none", () => {
    const source = '// import "../a.ts";\n/* import "../b.ts"; */\nconst text = `exports of "../c.ts"`;';
    expect(importsOf("collector/intake/planted.ts", source)).toEqual([]);
  });
});

it("no file is named for what it is made of instead of what it is about", () => {
  const names = [...sources, ...filesOf("test"), ...filesOf("examples")].map((path) => [path, basename(path)] as const);
  expect(names.length).toBeGreaterThan(80);
  const vague = /^(utils?|helpers?|types|constants|common|misc|shared)\b/;
  expect(names.filter(([, name]) => vague.test(name)).map(([path]) => path)).toEqual([]);
});
