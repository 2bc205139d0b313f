import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { projectRoot } from "../../collector/root.ts";
import { findK6 } from "./k6.ts";
import { bugs, plant } from "./planted.ts";
import { isWhole, render, writeResults } from "./results.ts";
import { runScenario, scenarioNames } from "./run.ts";
import { startTarget, takeTarget } from "./target.ts";

const help = `Usage: npm run load -- <scenario> [options]

Sends what visitors would with k6, and then balances the books: what was answered as accepted
must be in ClickHouse, and nothing else. Ends with 1 when something does not hold.

Scenarios: ${scenarioNames.join(", ")}
           planted: smoke against collectors with a bug in them, which it has to find

  --rate n          batches a second (the scenario's own otherwise)
  --seconds s       how long
  --visitors n      how many have agreed before it begins (200)
  --workers n       collector processes
  --out dir         writes summary.txt, summary.json and junit.xml there

It starts a collector with an engine of its own. For one that runs already:

  --url url         of the collector
  --key key         the operator's, for /metrics (or RAZI_ADMIN_KEY)
  --sites pairs     "id=origin id=origin", of its configuration
  --clickhouse url  with user and password; without it, rows in ClickHouse are not counted
`;

class WrongUse extends Error {}

async function main(args: string[]): Promise<number> {
  const { scenario, values } = read(args);
  if (scenario === undefined) {
    console.log(help);
    return 0;
  }
  const { url, key, sites, clickhouse, workers, rate, seconds, visitors } = values;
  const k6 = findK6(console.error);
  if (url === undefined) buildCollector();
  if (scenario === "planted") return findPlanted(k6);
  const target =
    url === undefined
      ? await startTarget({ workers, hasWire: scenario === "outage" })
      : takeTarget({ url, key, sites, clickhouse });
  try {
    const outcome = await runScenario({ scenario, k6, target, rate, seconds, visitors });
    console.log(render(outcome));
    if (target.clickhouse === undefined)
      console.log("Rows in ClickHouse were not counted: --clickhouse says where it is.");
    if (values.out !== undefined) writeResults(values.out, outcome);
    return isWhole(outcome) ? 0 : 1;
  } finally {
    await target.close();
  }
}

/** Whether the smoke test turns red where it must. */
async function findPlanted(k6: string): Promise<number> {
  let missed = 0;
  for (const [name, bug] of Object.entries(bugs)) {
    const target = await startTarget({ main: await plant(bug) });
    try {
      const outcome = await runScenario({ scenario: "smoke", k6, target, seconds: "5", visitors: "20" });
      const found = outcome.verdicts.filter(({ isRight }) => !isRight).map((verdict) => verdict.name);
      console.log(`${name}: ${found.length === 0 ? "NOT found" : `found, by ${found.join("; ")}`}`);
      if (found.length === 0) missed += 1;
    } finally {
      await target.close();
    }
  }
  return missed === 0 ? 0 : 1;
}

function read(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rate: { type: "string" },
      seconds: { type: "string" },
      visitors: { type: "string" },
      workers: { type: "string", default: "1" },
      out: { type: "string" },
      url: { type: "string" },
      key: { type: "string", default: process.env.RAZI_ADMIN_KEY ?? "" },
      sites: { type: "string", default: "demo=http://localhost:8788" },
      clickhouse: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const [scenario, ...more] = positionals;
  if (values.help) return { scenario: undefined, values };
  if (scenario === undefined) throw new WrongUse("Which scenario?");
  if (more.length > 0) throw new WrongUse(`One scenario at a time: ${more.join(" ")} is too much.`);
  if (scenario !== "planted" && !scenarioNames.includes(scenario))
    throw new WrongUse(`There is no scenario ${scenario}.`);
  for (const name of ["rate", "seconds", "visitors", "workers"] as const) {
    const value = values[name];
    if (value !== undefined && !/^[1-9]\d*$/.test(value)) throw new WrongUse(`--${name} must be a whole number.`);
  }
  if (scenario === "outage" && values.url !== undefined)
    throw new WrongUse("outage cuts the database off, so it starts its own: leave --url out.");
  return { scenario, values };
}

function buildCollector(): void {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: projectRoot, stdio: ["ignore", "ignore", "inherit"] });
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error & { code?: string }) => {
  const isWrongUse = error instanceof WrongUse || error.code?.startsWith("ERR_PARSE_ARGS");
  console.error(isWrongUse ? `${error.message}\n\n${help}` : error.message);
  return isWrongUse ? 2 : 1;
});
