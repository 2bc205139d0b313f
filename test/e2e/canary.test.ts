import { expect, it } from "vitest";
import { runCanary } from "../canary/run.ts";

it("CN-1.7.1, CN-2.6, CN-2.8: nothing personal is in any byte that is left, nor in memory; what is put there on purpose is found", async () => {
  const places = await runCanary();
  expect(places.map(({ name }) => name)).toEqual([
    "tables",
    "answers",
    "metrics",
    "exports",
    "memory",
    "spool",
    "data directory",
    "logs",
  ]);
  expect(places.flatMap(({ hits }) => hits)).toEqual([]);
  for (const { name, bytes, planted } of places) {
    expect(bytes, name).toBeGreaterThan(100);
    expect(planted, name).toBeGreaterThan(0);
  }
}, 180_000);
