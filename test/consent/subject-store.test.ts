import { expect, it, test } from "vitest";
import { Busy } from "../../collector/consent/at-once.ts";
import type { Database } from "../../collector/consent/erasure/database.ts";
import { subjectStore } from "../../collector/consent/subject-store.ts";
import { aPolicy } from "../build/site.ts";

const consentId = "11111111-1111-4111-8111-111111111111";
type SubjectStore = ReturnType<typeof subjectStore>;

it.each<[string, (store: SubjectStore) => Promise<unknown>]>([
  ["what is stored of a visitor", (store) => store.requests(consentId)],
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
  for (const look of [store.requests, store.overview]) await expect(look("3")).rejects.toThrow(Busy);
  expect([looks.length, told]).toEqual([2, []]);
  for (const end of looks) end();
  for (const look of two) await expect(look).rejects.toThrow("does not answer");
  expect(told).toHaveLength(2);
});

test("a third copy at once is refused until one of the two is closed, and then closing that one again makes no room", async () => {
  const home: Database = { command: async () => {}, rows: async () => [], insert: async () => {} };
  const { copy } = subjectStore(home, { hurry: () => {} }, () => {});
  const [first] = [await copy("1"), await copy("2")];
  await expect(copy("3")).rejects.toThrow(Busy);
  await first.close();
  await copy("3");
  await first.close();
  await expect(copy("4")).rejects.toThrow(Busy);
});

test("a copy that cannot be begun or closed takes no place, and is told of", async () => {
  const fails = () => Promise.reject(new Error("away"));
  const told: unknown[] = [];
  const away: Database = { command: fails, rows: fails, insert: fails };
  const begun = subjectStore(away, { hurry: () => {} }, (error) => told.push(error));
  const unclosed = subjectStore({ ...away, insert: async () => {} }, { hurry: () => {} }, (error) => told.push(error));
  for (let i = 0; i < 3; i++) {
    await expect(begun.copy("1")).rejects.toThrow("away");
    await (await unclosed.copy("1")).close();
  }
  expect(told).toHaveLength(6);
});
