import { expect, it } from "vitest";
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
