import { join, resolve } from "node:path";
import { makeKey, openKeys } from "../consent/keys.ts";
import { createTokens } from "../consent/tokens.ts";

const usage = `Usage:
  npm run keys -- list               the keys, newest last; the last one with a private part signs
  npm run keys -- rotate             makes a new key; running collectors sign with it within 5 seconds
  npm run keys -- verify <receipt>   whether one of the keys signed a receipt, and what it says`;

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
    default:
      console.log(usage);
      return command === undefined || command === "--help" ? 0 : 2;
  }
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
