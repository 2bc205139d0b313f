/** Runs of a measurement, of which the median counts: figures are this machine's, at this moment. */
const runs = 9;

/** µs that this process has computed: what other processes do meanwhile counts only as far as it slows the machine. */
function computed(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Median time of computing of one call, in µs. The first `warm` calls are awaited and not counted. */
export async function cost(calls: number, work: (i: number) => unknown, warm = 1_000): Promise<number> {
  for (let i = 0; i < warm; i++) await work(i);
  return median(
    Array.from({ length: runs }, () => {
      const began = computed();
      for (let i = 0; i < calls; i++) work(i);
      return (computed() - began) / calls;
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
    const began = computed();
    await work();
    taken.push((computed() - began) / calls);
  }
  return median(taken);
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;
