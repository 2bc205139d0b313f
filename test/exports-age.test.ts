import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { endOldExports } from "../collector/exports-age.ts";
import { aDirectory } from "./build/directory.ts";

const dayMs = 86_400_000;
const unreachable = { ended: () => expect.unreachable(), failed: () => expect.unreachable() };

it("KG-5.2: an export that nobody has handed over in thirty days is deleted, and what is younger stays", async () => {
  const dir = await aDirectory();
  for (const name of ["forgotten.json", "asked-for.csv"]) writeFileSync(join(dir, name), "{}");
  const made = statSync(join(dir, "asked-for.csv")).mtimeMs;
  utimesSync(join(dir, "forgotten.json"), new Date(made - 30 * dayMs), new Date(made - 30 * dayMs));
  const ended: number[] = [];
  const tell = { ...unreachable, ended: (files: number) => void ended.push(files) };
  (await endOldExports(dir, () => made, tell)).stop();
  expect([readdirSync(dir), ended]).toEqual([["asked-for.csv"], [1]]);
  (await endOldExports(dir, () => made, tell)).stop();
  expect(ended).toEqual([1]);
});

it("where there are no exports it has nothing to do", async () => {
  (await endOldExports(join(await aDirectory(), "exports"), Date.now, unreachable)).stop();
});
