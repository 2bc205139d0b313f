import { expect, it } from "vitest";
import { paged } from "../../collector/consent/paged.ts";

/** A table of rows with these times, asked as ClickHouse would be. */
function tableOf(times: readonly number[]) {
  const rows = times.map((at, id) => ({ at: `2026-11-22 10:00:00.${String(at).padStart(3, "0")}`, id }));
  const asked: number[] = [];
  const read = async (from: string, part: string) => {
    const [, limit = 0, offset = 0] = (/^LIMIT (\d+) OFFSET (\d+)$/.exec(part) ?? []).map(Number);
    const answer = rows.filter(({ at }) => at >= from).slice(offset, offset + limit);
    asked.push(answer.length);
    return answer;
  };
  return { read, asked };
}

it.each([
  ["none", []],
  ["fewer than a page", [1, 2]],
  ["just a page", [1, 2, 3]],
  ["times that are shared over the end of a page", [1, 2, 2, 2, 3, 3, 4]],
  ["one time for many pages", [1, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6]],
  ["one time for all", [5, 5, 5, 5, 5, 5, 5]],
])("each row comes once and in order, a page at a time: %s", async (_, times) => {
  const { read, asked } = tableOf(times);
  const ids = [];
  for await (const batch of paged("at", read, 3)) ids.push(...batch.map(({ id }) => id));
  expect(ids).toEqual(times.map((_, id) => id));
  expect(Math.max(...asked)).toBeLessThanOrEqual(3);
});

it("nothing is read before it is wanted", async () => {
  const { read, asked } = tableOf([1, 2, 3, 4, 5]);
  const rows = paged("at", read, 3);
  expect(asked).toEqual([]);
  await rows.next();
  expect(asked).toEqual([3]);
});
