import { analystSettings, ownerDefaults } from "./bounds.ts";
import { denied, Exception, exceptionOf, notImplemented, readonly } from "./exception.ts";
import { judge, judgeAnalyst } from "./judge.ts";
import type { Finished } from "./native.ts";
import type { Asked } from "./request.ts";
import type { Insert } from "./statement.ts";
import type { Session, Store } from "./store.ts";
import { identifier, literal } from "./tokens.ts";

export interface Ran {
  readonly finished: Finished;
  readonly format: string;
}

/** Runs a statement in a session of its own. `mark` finds it again when it has to be stopped. */
export function runPlain(store: Store, asked: Asked, text: string, mark: string): Promise<Ran> {
  return store.session(async (session) => {
    await prepare(session, asked, mark);
    const judged = await (asked.user === "analyst"
      ? judgeAnalyst(session, withinSize(text), new Map(asked.params))
      : judge(session, withinSize(text)));
    if (asked.readOnly && !judged.reads) throw readonly("Cannot execute query in readonly mode. For GET, use POST");
    const ending = /^\s*INSERT\b/i.test(text) ? session.insert(text) : session.query(text, asked.format);
    return { finished: await ending.catch(rethrow), format: judged.format ?? asked.format };
  });
}

/** Runs an INSERT whose rows are in `file`, a plain name in the working directory. */
export function runInsert(store: Store, asked: Asked, insert: Insert, file: string, mark: string): Promise<Ran> {
  if (asked.user === "analyst" || asked.readOnly) throw readonly("Cannot execute query in readonly mode");
  return store.session(async (session) => {
    await prepare(session, asked, mark);
    // The one file that such a statement names is the one with its rows.
    if (insert.isSelect) await session.query("SET ROLE owner, loader").catch(rethrow);
    return { finished: await session.insert(insert.from(file)).catch(rethrow), format: asked.format };
  });
}

/** Asks the engine to stop what carries the mark; without one, everything. */
export function stopMarked(store: Store, mark?: string): Promise<unknown> {
  const which = mark === undefined ? "query NOT LIKE 'KILL%'" : `Settings['log_comment'] = ${literal(mark)}`;
  return store.session((session) => session.query(`KILL QUERY WHERE ${which} ASYNC`)).catch(() => undefined);
}

/** All that a request says besides its statement. One text, which ends at the first thing that fails. */
async function prepare(session: Session, asked: Asked, mark: string): Promise<void> {
  const analyst = asked.user === "analyst";
  // There a table needs no prefix that tells it from one that analysts may read.
  if (analyst && asked.database === "system") throw denied("Not enough privileges: write system.tables instead");
  const settings = analyst ? analystSettings(asked.settings) : [...ownerDefaults, ...asked.settings];
  const set = (all: Asked["settings"]) => `SET ${all.map(([name, value]) => `${name} = ${literal(value)}`).join(", ")}`;
  const readonly = analyst ? [["readonly", "1"] as const] : settings.filter(([name]) => name === "readonly");
  const steps = [
    analyst ? "SET ROLE analyst" : "SET ROLE owner",
    ...(asked.database === undefined ? [] : [`USE ${identifier(asked.database)}`]),
    // As one: each statement takes a tenth of a millisecond.
    set([
      ...asked.params.map(([name, value]) => [`param_${name}`, value] as const),
      // chDB reads `1 + 1` as a SELECT; a ClickHouse server does not.
      ["implicit_select", "0"],
      ...settings.filter(([name]) => name !== "readonly"),
      ["log_comment", mark],
    ]),
    ...(readonly.length > 0 ? [set(readonly)] : []),
  ];
  await session.query(steps.join(";\n")).catch(rethrow);
}

/** ClickHouse's own bound on a statement, less what quoting it costs. */
function withinSize(text: string): string {
  if (text.length <= 100_000) return text;
  throw new Exception(62, "SYNTAX_ERROR", "Max query size exceeded: a statement may have 100,000 characters");
}

function rethrow(thrown: unknown): never {
  const exception = exceptionOf(thrown);
  // The engine read an INSERT that the parser here took for one without rows.
  if (exception.code === 108) throw notImplemented("this form of INSERT");
  throw exception;
}
