import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchConsent } from "./consent.ts";
import { benchDashboard } from "./dashboard.ts";
import { benchErase } from "./erase.ts";
import { benchHostile } from "./hostile.ts";
import { benchIngest } from "./ingest.ts";
import { benchIntake } from "./intake.ts";
import { benchOutage } from "./outage.ts";
import { profiled } from "./profile.ts";
import { benchReports } from "./reports.ts";
import { benchSdk } from "./sdk.ts";
import { benchShip } from "./ship.ts";
import { benchSiege } from "./siege.ts";
import { benchSpool } from "./spool.ts";

/**
 * `npm run bench -- [name…] [--profile DIR]`: medians of several runs on this machine. Without a name all of them but those that take
 * minutes. With a directory each leaves there where its time went, and `ingest` where the collector's.
 */
const usual = { consent: benchConsent, intake: benchIntake, hostile: benchHostile };
const benches = {
  ...usual,
  ingest: benchIngest,
  spool: benchSpool,
  ship: benchShip,
  outage: benchOutage,
  sdk: benchSdk,
  siege: benchSiege,
  erase: benchErase,
  reports: benchReports,
  dashboard: benchDashboard,
};

const known = Object.keys(benches) as (keyof typeof benches)[];
const { asked, profile } = read();
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown[0]}". There are: ${known.join(", ")}.`);
  process.exit(2);
}
if (profile !== undefined) mkdirSync(profile, { recursive: true });
for (const name of known.filter((each) => (asked.length === 0 && each in usual) || asked.includes(each))) {
  const bench = () => benches[name]({ profile });
  const table = profile === undefined ? await bench() : await profiled(join(profile, `${name}.cpuprofile`), bench);
  console.log(`${name}\n${table}\n`);
}
if (profile !== undefined)
  console.log(`Profiles are in ${profile}. Chrome's DevTools and speedscope.app show them as flame graphs.`);

function read() {
  try {
    const { positionals, values } = parseArgs({ allowPositionals: true, options: { profile: { type: "string" } } });
    return { asked: positionals, profile: values.profile };
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
