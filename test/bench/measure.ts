/** Runs of a measurement, of which the median counts: figures are this machine's, at this moment. */
const runs = 9;

/** Median time of one call, in µs. The first `warm` calls are awaited and not counted. */
export async function cost(calls: number, work: (i: number) => unknown, warm = 1_000): Promise<number> {
  for (let i = 0; i < warm; i++) await work(i);
  return median(
    Array.from({ length: runs }, () => {
      const began = process.hrtime.bigint();
      for (let i = 0; i < calls; i++) work(i);
      return Number(process.hrtime.bigint() - began) / calls / 1_000;
    }),
  );
}

/** The same for work that has to be awaited, over `times` fresh starts. */
export async function costOfEach(
  times: number,
  start: () => Promise<() => Promise<void>>,
  calls: number,
): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run < times; run++) {
    const work = await start();
    const began = process.hrtime.bigint();
    await work();
    taken.push(Number(process.hrtime.bigint() - began) / calls / 1_000);
  }
  return median(taken);
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;
