import { expect, it } from "vitest";
import { atOnce, Busy } from "../../collector/consent/at-once.ts";

it("a third at once is told to come back and does nothing, and one that ends, well or not, gives its place back", async () => {
  const reading = atOnce(2);
  const ends: (() => void)[] = [];
  const until = () => new Promise<void>((end) => ends.push(end));
  const first = reading.run(until);
  const second = reading.run(async () => {
    await until();
    throw new Error("away");
  });
  let ran = 0;
  const further = async () => {
    ran += 1;
  };
  await expect(reading.run(further)).rejects.toBeInstanceOf(Busy);
  expect(ran).toBe(0);
  ends[1]?.();
  await expect(second).rejects.toThrow("away");
  await reading.run(further);
  await reading.run(further);
  expect(ran).toBe(2);
  ends[0]?.();
  await first;
});
