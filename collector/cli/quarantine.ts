import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { diskFiles } from "../spool/files.ts";
import { DirectoryLocked, lockDirectory } from "../spool/lock.ts";
import { bulkDir } from "../spool/pair.ts";
import { Quarantine } from "../spool/quarantine.ts";
import { type Case, openSpool, type Spool } from "../spool/spool.ts";
import { dirsOfWorkers } from "../workers/dirs.ts";
import { renderTable } from "./table.ts";

const usage = `Usage:
  npm run quarantine -- list               what ClickHouse refused: where, when, why and how large
  npm run quarantine -- show <id…>         the rows themselves
  npm run quarantine -- retry [id…]        puts them back, so that they ship again; the collector must be stopped
  npm run quarantine -- drop [id…] --yes   deletes them for good; the collector must be stopped

  --destination <name>   only of this one
  --data <directory>     default RAZI_DATA, else ./data
Without ids, all are meant.`;

interface Asked {
  readonly ids: readonly string[];
  readonly destinations: readonly string[];
  /** The spools of a destination: two, and with several workers two of each. */
  readonly dirsOf: (destination: string) => readonly string[];
}

/** `npm run quarantine -- …`, on the data directory. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      destination: { type: "string" },
      data: { type: "string", default: process.env.RAZI_DATA || "data" },
      yes: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [command, ...ids] = positionals;
  const dir = resolve(values.data);
  const dirs = [dir, ...(await dirsOfWorkers(dir)).map((worker) => worker.dir)];
  const dirsOf = (destination: string) =>
    dirs
      .map((each) => join(each, "spool", destination))
      .flatMap((each) => [each, bulkDir(each)])
      .filter((each) => existsSync(each));
  const present = await readdir(join(dir, "spool")).catch((error: NodeJS.ErrnoException) => error);
  const isKnown = command !== undefined && /^(list|show|retry|drop)$/.test(command);
  if (values.help || !isKnown || (command === "show" && ids.length === 0)) {
    console.log(usage);
    return values.help || command === undefined ? 0 : 2;
  }
  if (present instanceof Error)
    return complain(`There is no spool in ${dir} (${present.code}): set --data or RAZI_DATA.`);
  const { destination } = values;
  if (destination !== undefined && !present.includes(destination))
    return complain(`There is no destination ${destination}; there are: ${present.join(", ")}.`);
  const asked = { ids, dirsOf, destinations: destination === undefined ? present.sort() : [destination] };

  if (command === "list") return list(asked);
  if (command === "show") return show(asked);
  if (command === "drop" && !values.yes)
    return complain(
      "What is dropped is gone for good: say --yes too. `npm run quarantine -- list` shows what there is.",
    );
  const lock = await lockDirectory(dir);
  try {
    return await change(asked, command === "retry" ? putBack : drop, command === "retry" ? "put back" : "dropped");
  } finally {
    await lock.release();
  }
}

/** Only reads, so it needs no lock. */
async function* casesOf({ destinations, dirsOf, ids }: Asked): AsyncGenerator<Case & { destination: string }> {
  const spools = destinations.flatMap((destination) => dirsOf(destination).map((dir) => ({ destination, dir })));
  for (const { destination, dir } of spools) {
    const quarantine = await Quarantine.open(diskFiles, join(dir, "quarantine"), Date.now);
    for await (const found of quarantine.cases())
      if (ids.length === 0 || ids.includes(found.id)) yield { ...found, destination };
  }
}

async function list(asked: Asked): Promise<number> {
  const rows: Record<string, unknown>[] = [];
  for await (const { destination, id, at, reason, bytes, record } of casesOf(asked)) {
    rows.push({ destination, id, at: new Date(at).toISOString(), rows: record?.count ?? "?", bytes, reason });
  }
  console.log(rows.length === 0 ? "Nothing is in quarantine." : renderTable(Object.keys(rows[0] ?? {}), rows));
  return 0;
}

async function show(asked: Asked): Promise<number> {
  let shown = 0;
  for await (const { id, record } of casesOf(asked)) {
    shown += 1;
    console.log(record === undefined ? `${id}: damage, no row` : Buffer.from(record.rows).toString("utf8").trimEnd());
  }
  return shown === 0 ? complain("There is no such case.") : 0;
}

type Change = (spool: Spool, found: Case) => Promise<boolean>;

const drop: Change = (spool, { id }) => spool.drop(id);
const putBack: Change = async (spool, found) => {
  if (found.record === undefined) console.error(`${found.id} is damage: there is no row in it to send again.`);
  else await spool.retry(found);
  return found.record !== undefined;
};

async function change(asked: Asked, act: Change, done: string): Promise<number> {
  const left = new Set(asked.ids);
  let changed = 0;
  let failed = 0;
  for (const dir of asked.destinations.flatMap(asked.dirsOf)) {
    const spool = await openSpool({
      dir,
      // Nothing is given out here, so there are no tokens to name.
      collector: "quarantine",
      // A line only moves: its bytes are on the disk already.
      maxBytes: Number.MAX_SAFE_INTEGER,
      segmentBytes: 64 * 1_048_576,
      now: Date.now,
    });
    try {
      for await (const found of spool.cases()) {
        if (asked.ids.length > 0 && !left.delete(found.id)) continue;
        if (await act(spool, found)) changed += 1;
        else failed += 1;
      }
    } finally {
      await spool.close();
    }
  }
  console.log(`${changed} ${changed === 1 ? "case" : "cases"} ${done}.`);
  for (const id of left) console.error(`There is no case ${id}.`);
  return failed + left.size === 0 ? 0 : 1;
}

function complain(text: string): number {
  console.error(text);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error & { code?: string }) => {
    if (error instanceof DirectoryLocked)
      console.error(
        `${error.message}.\nStop the collector, change the quarantine, start it again: nothing that it took is lost.`,
      );
    else console.error(error.code?.startsWith("ERR_PARSE_ARGS") ? `${error.message}\n\n${usage}` : error.message);
    process.exitCode = 1;
  },
);
