import { expect, it, test } from "vitest";
import { Busy } from "../../collector/consent/at-once.ts";
import type { Database } from "../../collector/consent/erasure/database.ts";
import { subjectStore } from "../../collector/consent/subject-store.ts";
import { aPolicy } from "../build/site.ts";

const consentId = "11111111-1111-4111-8111-111111111111";
type SubjectStore = ReturnType<typeof subjectStore>;

it.each<[string, (store: SubjectStore) => Promise<unknown>]>([
  ["what is stored of a visitor", (store) => store.read(consentId)],
  ["what is open", (store) => store.open()],
  ["to hold", (store) => store.hold({ consentId, site: "shop", reference: "court 1/26", held: true })],
  ["for the end of a purpose", (store) => store.endOfPurpose({ id: "shop", policy: aPolicy() })],
  ["to strike off a collector", (store) => store.gone("lost")],
])("a database that does not answer is told of, and whoever asked %s learns when to come back", async (_, ask) => {
  const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const fails = () => Promise.reject(away);
  const home: Database = { command: fails, rows: fails, insert: fails };
  const told: unknown[] = [];
  const store = subjectStore(home, { hurry: () => {} }, (error) => told.push(error));
  await expect(ask(store)).rejects.toMatchObject({ cause: away, retryAfterMs: expect.any(Number) });
  expect(told).toEqual([away]);
});

test("a third look at once is refused before anything is asked of the database, and nobody is told of it", async () => {
  const looks: (() => void)[] = [];
  const away = () => Promise.reject(new Error("away"));
  const insert = () => new Promise<void>((_, reject) => looks.push(() => reject(new Error("away"))));
  const told: unknown[] = [];
  const home: Database = { command: away, rows: away, insert };
  const store = subjectStore(home, { hurry: () => {} }, (error) => told.push(error));
  const two = [store.requests("1"), store.overview("2")];
  for (const look of [store.read, store.requests, store.overview]) await expect(look("3")).rejects.toThrow(Busy);
  expect([looks.length, told]).toEqual([2, []]);
  for (const end of looks) end();
  for (const look of two) await expect(look).rejects.toThrow("does not answer");
  expect(told).toHaveLength(2);
});
