import { benchConsent } from "./consent.ts";
import { benchDashboard } from "./dashboard.ts";
import { benchErase } from "./erase.ts";
import { benchHostile } from "./hostile.ts";
import { benchIngest } from "./ingest.ts";
import { benchIntake } from "./intake.ts";
import { benchOutage } from "./outage.ts";
import { benchReports } from "./reports.ts";
import { benchSdk } from "./sdk.ts";
import { benchShip } from "./ship.ts";
import { benchSiege } from "./siege.ts";
import { benchSpool } from "./spool.ts";

/** `npm run bench -- [name…]`: medians of several runs on this machine. Without a name all of them but those that take minutes. */
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
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown[0]}". There are: ${known.join(", ")}.`);
  process.exit(2);
}
for (const name of known.filter((each) => (asked.length === 0 && each in usual) || asked.includes(each))) {
  console.log(`${name}\n${await benches[name]()}\n`);
}
