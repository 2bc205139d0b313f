/** Samples of Prometheus' text format. */
export interface Metrics {
  /** Sum over all series of that name which have these labels. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
  /** The same by one label. */
  by(name: string, label: string): Record<string, number>;
}

export async function readMetrics(url: string, key: string): Promise<Metrics> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  if (!answer.ok) throw new Error(`${url}/metrics was answered ${answer.status}: is the operator's key right?`);
  return parseMetrics(await answer.text());
}

export function parseMetrics(text: string): Metrics {
  const samples = text.split("\n").flatMap((line) => {
    const [, name = "", labels = "", value = ""] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = "", is = ""]) => [label, is]);
    return name === ""
      ? []
      : [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
  });
  return {
    sum: (name, labels = {}) =>
      samples
        .filter((sample) => sample.name === name)
        .filter((sample) => Object.entries(labels).every(([label, is]) => sample.labels[label] === is))
        .reduce((sum, { value }) => sum + value, 0),
    by(name, label) {
      const sums: Record<string, number> = {};
      for (const sample of samples.filter((each) => each.name === name))
        sums[sample.labels[label] ?? ""] = (sums[sample.labels[label] ?? ""] ?? 0) + sample.value;
      return sums;
    },
  };
}
