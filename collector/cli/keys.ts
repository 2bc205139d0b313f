import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeKey, openKeys } from "../consent/keys.ts";
import { createTokens } from "../consent/tokens.ts";
import { addReportKey, readReportKeys, revokeReportKey } from "../http/report-keys.ts";
import { renderTable } from "./table.ts";

const usage = `Usage:
  npm run keys -- list               the keys, newest last; the last one with a private part signs
  npm run keys -- rotate             makes a new key; running collectors sign with it within 5 seconds
  npm run keys -- verify <receipt>   whether one of the keys signed a receipt, and what it says
  npm run keys -- report --site <id> makes a key for the reports of a site, and tells it once
                  [--shared]         for others to see: what is about fewer than 5 visitors is left out
                  [--k <number>]     or about fewer than that
  npm run keys -- reports            the keys for reports, without themselves
  npm run keys -- revoke <id>        ends one of them, at once`;

/** `npm run keys -- …`, on the directory of `RAZI_KEYS`, else `<data>/keys`. Needs no running collector. */
async function main([command, ...args]: string[]): Promise<number> {
  const dir = resolve(process.env.RAZI_KEYS ?? join(process.env.RAZI_DATA ?? "data", "keys"));
  switch (command) {
    case "rotate":
      console.log(`Made ${await makeKey(dir)}. The older keys stay, and verify what they signed.`);
      return 0;
    case "list": {
      const keys = await openKeys(dir, { make: false });
      for (const { kid } of keys.published()) console.log(kid === keys.signing?.kid ? `${kid}  signs` : kid);
      return 0;
    }
    case "verify": {
      const claims = await createTokens(await openKeys(dir, { make: false })).checkReceipt(args[0] ?? "", Date.now());
      if (typeof claims === "string") {
        console.log(
          claims === "expired" ? "Signed here, and its consent has ended." : "Not a receipt that these keys signed.",
        );
        return 1;
      }
      // The visitor's id stays out: whoever checks a receipt has no need of it.
      const { visitorId: _, ...told } = claims;
      console.log(JSON.stringify({ ...told, grantedAt: iso(told.grantedAt), expiresAt: iso(told.expiresAt) }, null, 2));
      return 0;
    }
    case "report":
      return makeReportKey(args);
    case "reports": {
      const keys = await readReportKeys(reportKeys());
      const rows = keys.map(({ id, site, k, made }) => ({ id, site, k, made }));
      console.log(
        rows.length === 0 ? "There are no keys for reports." : renderTable(["id", "site", "k", "made"], rows),
      );
      return 0;
    }
    case "revoke": {
      const found = await revokeReportKey(reportKeys(), args[0] ?? "");
      console.log(found ? "Revoked: it opens nothing any more." : "There is no such key.");
      return found ? 0 : 1;
    }
    default:
      console.log(usage);
      return command === undefined || command === "--help" ? 0 : 2;
  }
}

const reportKeys = (): string => join(resolve(process.env.RAZI_DATA ?? "data"), "report-keys.json");

/** Persons below whom a shared report says nothing. */
const usualK = 5;

async function makeReportKey(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { site: { type: "string" }, k: { type: "string" }, shared: { type: "boolean", default: false } },
  });
  const { site, shared, k = shared ? String(usualK) : "0" } = values;
  if (site === undefined || !/^\d{1,4}$/.test(k)) {
    console.log(usage);
    return 2;
  }
  const key = await addReportKey(reportKeys(), { site, k: Number(k) }, Date.now());
  console.log(key);
  // Beside what scripts read.
  if (Number(k) > 0) console.error(`As a link: /dashboard/shared/${key} below the collector's address`);
  return 0;
}

const iso = (at: number): string => new Date(at).toISOString();

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: NodeJS.ErrnoException) => {
    console.error(
      error.code === "ENOENT" ? "There are no keys yet: start the collector once, or set RAZI_DATA." : error.message,
    );
    process.exitCode = 1;
  },
);
