import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { verifyCertificate } from "../consent/erasure/certificate.ts";
import { parse, write } from "../consent/erasure/tombstones.ts";
import { openKeys } from "../consent/keys.ts";
import type { AskedFor } from "../consent/stored.ts";
import { makeOperatorKey } from "../http/operator-keys.ts";
import { lockDirectory } from "../spool/lock.ts";
import { renderTable } from "./table.ts";

const usage = `Usage: npm run subject -- <command> [<consent number>] --site <id>
  list                        requests that are not closed: what is due when, and what it waits for (--overdue: what is late)
  show <consent>              what was asked for one, and the certificates
  export <consent>            all that is stored of one, into <data>/exports (--out <file>, or - for here)
  archive <consent>           the same, and then its erasure
  erase <consent>             what rested on it (--blocks a,b; --since, --until <day>; --reason request|death)
  object | unblock <consent>  kept and not used; used again
  hold | release <consent>    stops an erasure by order of a court or authority, and ends that (--reference <text>)
  end-of-purpose              erases all that rests on consents of a site
  run                         does now what is due
  gone <collector>            its disk is no more: erasures do not wait for it
  key <name>                  makes a key for one operator, here known by its hash only

  verify <certificate file>   whether one of the keys signed a certificate, and what it says; needs no collector
  restore <tombstones.log>    takes in what was erased after the backup was made; before the first start, collector stopped

  --format json|jsonl|csv|html   of an export, default json
  --url <address>                of the collector, default http://127.0.0.1:<RAZI_PORT or 8787>
  --data <directory>             default RAZI_DATA, else ./data
The operator's key is RAZI_ADMIN_KEY, else <data>/admin.key.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    site: { type: "string" },
    blocks: { type: "string" },
    since: { type: "string" },
    until: { type: "string" },
    reason: { type: "string" },
    reference: { type: "string" },
    format: { type: "string" },
    out: { type: "string" },
    overdue: { type: "boolean", default: false },
    url: { type: "string", default: `http://127.0.0.1:${process.env.RAZI_PORT || 8787}` },
    data: { type: "string", default: process.env.RAZI_DATA || "data" },
    help: { type: "boolean", default: false },
  },
});
const dir = resolve(values.data);
const [command = "", argument = ""] = positionals;
const forConsent = new Set(["show", "export", "archive", "erase", "object", "unblock", "hold", "release"]);

/** `npm run subject -- …`: rights of visitors, exercised for them by the operator. Most of it asks the running collector. */
async function main(): Promise<number> {
  if (values.help || command === "") return say(usage, values.help ? 0 : 2);
  if (command === "verify") return verify();
  if (command === "restore") return restore();
  if (command === "key") return key();
  if (command === "list") return list(await ask("GET"));
  if (command === "run") return done(await ask("POST", { do: "run" }));
  if (command === "gone") return done(await ask("POST", { do: "gone", collector: argument }));
  if (command === "end-of-purpose") return done(await ask("POST", { do: command, site: values.site }));
  if (!forConsent.has(command)) return say(usage, 2);
  const { site, since, until, reason, reference, format } = values;
  const blocks = values.blocks?.split(",");
  const order = { do: command, site, consent_id: argument, since, until, reason, reference, format, blocks };
  const answer = await ask("POST", order);
  if (command === "show" && answer.ok) return show((await answer.json()) as { requests: AskedFor[] });
  if ((command === "export" || command === "archive") && answer.ok) return keep(await answer.text());
  return done(answer);
}

async function ask(method: "GET" | "POST", order?: object): Promise<Response> {
  const key = process.env.RAZI_ADMIN_KEY || (await readFile(join(dir, "admin.key"), "utf8")).trim();
  const body = order && JSON.stringify(order);
  const headers = { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) };
  return fetch(new URL("/v1/operator/subject", values.url), { method, headers, ...(body && { body }) });
}

async function list(answer: Response): Promise<number> {
  if (!answer.ok) return done(answer);
  const { requests } = (await answer.json()) as { requests: (AskedFor & { overdue: boolean })[] };
  const wanted = requests.filter(({ overdue }) => overdue || !values.overdue);
  const rows = wanted.map(({ id, site, kind, reason, due_by, overdue, state, waits, held }) => {
    const due = { "due by": due_by, late: overdue ? "late" : "" };
    return { request: id, site, kind, reason, ...due, state, waits: held === "" ? waits : `held: ${held}` };
  });
  if (rows.length === 0) return say(values.overdue ? "Nothing is late." : "Nothing is open.", 0);
  return say(renderTable(Object.keys(rows[0] ?? {}), rows), 0);
}

function show({ requests }: { requests: AskedFor[] }): number {
  return say(requests.length === 0 ? "Nothing was asked for it." : JSON.stringify(requests, null, 2), 0);
}

async function keep(text: string): Promise<number> {
  if (values.out === "-") return say(text, 0);
  const name = `${values.site}-${randomBytes(6).toString("hex")}.${values.format ?? (command === "archive" ? "jsonl" : "json")}`;
  // An erasure deletes what is still there.
  if (values.out === undefined) await mkdir(join(dir, "exports"), { recursive: true, mode: 0o700 });
  const path = values.out === undefined ? join(dir, "exports", name) : resolve(values.out);
  await writeFile(path, text, { mode: 0o600, flag: "wx" });
  return say(`Written to ${path}`, 0);
}

async function verify(): Promise<number> {
  const keysDir = resolve(process.env.RAZI_KEYS || join(dir, "keys"));
  const keys = await openKeys(keysDir, { make: false });
  const found = await verifyCertificate(keys, await readFile(argument, "utf8"));
  if (found === undefined) return say("Not a certificate that these keys signed.", 1);
  return say(`${JSON.stringify(found.certificate, null, 2)}\nSigned by ${found.kid}.`, 0);
}

/** The next start finds that the database does not know them, and erases again what is back. */
async function restore(): Promise<number> {
  const found = parse(await readFile(argument, "utf8"), argument);
  const lock = await lockDirectory(dir);
  try {
    const path = join(dir, "tombstones.log");
    const there = parse(await readFile(path, "utf8").catch(() => ""), path);
    const all = new Map([...there, ...found].map((tombstone) => [JSON.stringify(tombstone), tombstone]));
    await write(path, [...all.values()]);
    return say(
      `${all.size - there.length} erasures taken in. The next start carries them out before it shows anything.`,
      0,
    );
  } finally {
    await lock.release();
  }
}

async function key(): Promise<number> {
  if (!/^[\w-]{1,32}$/.test(argument)) return say("A name has letters, digits, _ and -.", 2);
  return say(`${await makeOperatorKey(join(dir, "operators.keys"), argument)}\nIt is said only now.`, 0);
}

async function done(answer: Response): Promise<number> {
  const text = await answer.text();
  if (answer.ok) return say(text, 0);
  const { title = "", detail = "" } = JSON.parse(text) as { title?: string; detail?: string };
  const why =
    answer.status === 404 && title === "There is nothing here" ? "The operator's key is not the collector's" : title;
  return say(detail === "" ? why : `${why}: ${detail}`, 1);
}

function say(text: string, code: number): number {
  (code === 0 ? console.log : console.error)(text);
  return code;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error & { code?: string; cause?: { code?: string } }) => {
    const isDown = error.cause?.code === "ECONNREFUSED";
    console.error(
      isDown ? "The collector does not answer: is it running (npm start)? --url names another one." : error.message,
    );
    process.exitCode = 1;
  },
);
