import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { projectRoot } from "../../collector/root.ts";
import { backlog } from "./backlog.ts";
import { faults } from "./faults.ts";
import { type Result, runTrial } from "./trial.ts";

const help = `Usage: npm run chaos -- [options]

Kills, fills, slows and cuts off real collectors and ClickHouses while visitors send, and counts what is stored.
Ends with 1 when an acknowledged event is missing, or one counts twice.

  --fault name    only this one; may be given several times
  --kills n       how often to kill (default 200)
  --seconds s     how long each other fault lasts (default 20)
  --gigabytes g   how much lies in the spool in the trial backlog (default 2)

${[
  ...Object.entries(faults).map(([name, { about }]) => [name, about]),
  ["backlog", "a start with gigabytes in the spool"],
]
  .map(([name, about]) => `  ${name?.padEnd(15)} ${about}`)
  .join("\n")}
`;

const columns = ["strikes", "sent", "acknowledged", "stored", "lost", "duplicated", "reports wrong", "seconds"];

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      fault: { type: "string", multiple: true, default: [...Object.keys(faults), "backlog"] },
      kills: { type: "string", default: "200" },
      seconds: { type: "string", default: "20" },
      gigabytes: { type: "string", default: "2" },
      help: { type: "boolean", default: false },
    },
  });
  const wrong = values.fault.find((name) => name !== "backlog" && !(name in faults));
  if (wrong !== undefined) console.error(`There is no fault ${wrong}.\n`);
  if (values.help || wrong !== undefined) {
    console.log(help);
    return wrong === undefined ? 0 : 2;
  }
  execFileSync("npm", ["run", "--silent", "build"], { cwd: projectRoot, stdio: "inherit" });
  const effort = { kills: Number(values.kills), seconds: Number(values.seconds) };
  console.log(row(["fault", ...columns]));
  let isWhole = true;
  for (const name of values.fault) {
    const fault = faults[name];
    if (fault === undefined) continue;
    if (fault.missing !== undefined) {
      console.log(`${name.padEnd(15)} not tried: ${fault.missing}`);
      continue;
    }
    const began = performance.now();
    const result = await runTrial(fault, effort).catch((error: Error) => error);
    if (result instanceof Error) {
      console.log(`${name.padEnd(15)} not finished: ${result.message}`);
      isWhole = false;
      continue;
    }
    const seconds = Math.round((performance.now() - began) / 1_000);
    console.log(row([name, ...figures(result), String(seconds)]));
    isWhole &&= isSound(result);
  }
  if (values.fault.includes("backlog")) {
    const { bytes, rows, readyMs, acceptedMs } = await backlog(Number(values.gigabytes) * 1e9);
    const size = `${(bytes / 1e9).toFixed(1)} GB (${rows} events)`;
    console.log(`\n${size} left in the spool: ready after ${readyMs} ms, took an event after ${acceptedMs} ms`);
  }
  return isWhole ? 0 : 1;
}

function figures(result: Result): string[] {
  const { strikes, sent, acknowledged, stored, lost, duplicated, reportsWrong } = result;
  return [strikes, sent, acknowledged, stored, lost, duplicated, reportsWrong].map(String);
}

const row = ([name = "", ...cells]: readonly string[]): string =>
  name.padEnd(15) + cells.map((cell) => cell.padStart(14)).join("");

const isSound = ({ lost, duplicated, unknown, consentsLost, reportsWrong, refused }: Result): boolean =>
  lost + duplicated + unknown + consentsLost + reportsWrong + refused === 0;

process.exitCode = await main(process.argv.slice(2));
