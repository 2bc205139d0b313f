import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../collector/root.ts";

const text = readFileSync(join(projectRoot, "docs", "frameworks.md"), "utf8");
const samples = [...text.matchAll(/^```\w+ (examples\/\S+)\n([\s\S]*?)^```/gm)].map(
  ([, path = "", code = ""]) => [path, code] as const,
);

it.each(samples)("docs/frameworks.md: the sample is a part of %s", (path, code) => {
  expect(readFileSync(join(projectRoot, path), "utf8")).toContain(code);
});

it("it has a sample of each example, and no code that is in no file", () => {
  const examples = new Set(samples.map(([path]) => path.split("/")[1]));
  expect([...examples].sort()).toEqual(["plain", "react-router", "ssr", "vue-router"]);
  const blocks = text.match(/^```\w+/gm) ?? [];
  expect(blocks.filter((fence) => fence !== "```sh")).toHaveLength(samples.length);
});

it("its links lead to files that exist", () => {
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path = ""]) => path);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((path) => !existsSync(join(projectRoot, "docs", path)))).toEqual([]);
});
