import { expect, test } from "vitest";
import type { Database } from "../../collector/consent/erasure/database.ts";
import { subjectStore } from "../../collector/consent/subject-store.ts";

test("a database that does not answer what is stored of a visitor is told of, and whoever asked learns that it failed", async () => {
  const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const fails = () => Promise.reject(away);
  const home: Database = { command: fails, rows: fails, insert: fails };
  const told: unknown[] = [];
  const store = subjectStore(home, { hurry: () => {} }, (error) => told.push(error));
  await expect(store.read("11111111-1111-4111-8111-111111111111")).rejects.toBe(away);
  expect(told).toEqual([away]);
});
