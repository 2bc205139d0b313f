import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { publishedAs } from "../collector/http/script.ts";
import { keepScripts } from "../collector/scripts.ts";

const dir = mkdtempSync(join(tmpdir(), "razi-test-"));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const texts = (scripts: Buffer[]) => scripts.map(String);

it("keeps every script that was published, once, and knows those that were before", async () => {
  const [first, second, third] = [Buffer.from("1"), Buffer.from("2"), Buffer.from("3")];
  expect(texts(await keepScripts(dir, first))).toEqual([]);
  expect(texts(await keepScripts(dir, second, third))).toEqual(["1"]);
  expect(texts(await keepScripts(dir, first, third))).toEqual(["2"]);
  expect(readdirSync(dir).sort()).toEqual([first, second, third].map((script) => publishedAs(script).name).sort());
});

it("several may keep them at the same time", async () => {
  const scripts = ["1", "2"].map((text) => Buffer.from(text));
  await Promise.all(Array.from({ length: 8 }, () => keepScripts(dir, ...scripts)));
  expect(readdirSync(dir).sort()).toEqual(scripts.map((script) => publishedAs(script).name).sort());
});

it("leaves out a file that is not what its name says", async () => {
  await keepScripts(dir, Buffer.from("1"));
  writeFileSync(join(dir, publishedAs(Buffer.from("1")).name), "changed");
  writeFileSync(join(dir, "other.js"), "other");
  expect(texts(await keepScripts(dir, Buffer.from("2")))).toEqual([]);
});
