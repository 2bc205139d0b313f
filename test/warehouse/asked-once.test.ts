import { setImmediate } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { askedOnce } from "../../collector/warehouse/asked-once.ts";
import { lane } from "../../collector/warehouse/engine/lane.ts";

const stays = new AbortController().signal;

/** Work that ends when it is told to. */
function works() {
  const begun: string[] = [];
  const signals: AbortSignal[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => (gone: AbortSignal) => {
    begun.push(name);
    signals.push(gone);
    return new Promise<string>((resolve, reject) => {
      ends.push(() => resolve(`${name} ${begun.length}`));
      gone.addEventListener("abort", () => reject(gone.reason));
    });
  };
  return { begun, signals, work, end: () => ends.shift()?.() };
}

it("what several ask for, and has not begun, is done once", async () => {
  const { begun, work, end } = works();
  const line = askedOnce(lane(1, 9));
  const asked = ["a", "b", "b", "b"].map((name) => line.run(name, work(name), stays));
  await setImmediate();
  end();
  await setImmediate();
  end();
  expect(await Promise.all(asked)).toEqual(["a 1", "b 2", "b 2", "b 2"]);
  expect(begun).toEqual(["a", "b"]);
});

it("what runs already is not joined, and what has ended is done again", async () => {
  const { begun, work, end } = works();
  const line = askedOnce(lane(2, 9));
  const first = line.run("a", work("a"), stays);
  await setImmediate();
  const second = line.run("a", work("a"), stays);
  await setImmediate();
  expect(begun).toEqual(["a", "a"]);
  end();
  end();
  await Promise.all([first, second]);
  const third = line.run("a", work("a"), stays);
  await setImmediate();
  end();
  expect(await third).toBe("a 3");
});

it("who leaves takes nothing from the others; when all have left, it ends, and is begun anew for the next", async () => {
  const { begun, signals, work, end } = works();
  const line = askedOnce(lane(1, 9));
  const [one, other] = [new AbortController(), new AbortController()];
  const both = [one, other].map(({ signal }) => line.run("a", work("a"), signal));
  await setImmediate();
  one.abort(new Error("left"));
  expect(signals[0]?.aborted).toBe(false);
  other.abort(new Error("left"));
  expect(signals[0]?.aborted).toBe(true);
  const next = line.run("a", work("a"), stays);
  for (const each of both) await expect(each).rejects.toThrow("left");
  await vi.waitFor(() => expect(begun).toHaveLength(2));
  end();
  end();
  expect(await next).toBe("a 2");
});

it("who leaves the line before it begins is not waited for, and who comes then is not led away", async () => {
  const { begun, work, end } = works();
  const line = askedOnce(lane(1, 9));
  const first = line.run("a", work("a"), stays);
  const leaving = new AbortController();
  const second = line.run("b", work("b"), leaving.signal);
  leaving.abort(new Error("left"));
  const third = line.run("b", work("b"), stays);
  await expect(second).rejects.toThrow("left");
  await setImmediate();
  end();
  await first;
  await setImmediate();
  end();
  expect(await third).toBe("b 2");
  expect(begun).toEqual(["a", "b"]);
});

it("a failure is told to all who asked", async () => {
  const line = askedOnce(lane(1, 9));
  const asked = [1, 2].map(() => line.run("a", () => Promise.reject(new Error("away")), stays));
  for (const each of asked) await expect(each).rejects.toThrow("away");
});
