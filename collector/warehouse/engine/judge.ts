import { readableSystemTables } from "./access.ts";
import { denied, exceptionOf, notImplemented, readonly, syntaxError } from "./exception.ts";
import type { Session } from "./store.ts";
import { literal } from "./tokens.ts";

/** A statement that may run. */
export interface Judged {
  readonly reads: boolean;
  /** From the text's own FORMAT clause. */
  readonly format: string | undefined;
  /** The statement as the engine would write it: no comments, one way of quoting, strings emptied. */
  readonly canonical: string;
}

/**
 * Looks at a text through the engine's own parser, so that no quoting or comment reads differently here than there.
 * Refuses what the engine would do wrongly or without asking: several statements, and writing files for a SELECT.
 */
export async function judge(session: Session, text: string): Promise<Judged> {
  const plain = await canonical(session, text);
  const { statementCount, queryClass } = await session.classify(text);
  if (statementCount > 1) throw syntaxError("Multi-statements are not allowed");
  const verb = /^\w+/.exec(plain)?.[0] ?? "";
  if (/\bINTO OUTFILE\b/i.test(plain)) throw notImplemented("INTO OUTFILE: the answer is the file");
  if (sessionOnly.has(verb)) throw notImplemented(`${verb}: there are no sessions, give settings with the request`);
  return {
    canonical: plain,
    reads: queryClass === 0 && verb !== "CHECK",
    format: /\bFORMAT (\w+)(?: SETTINGS\b.*)?$/s.exec(plain)?.[1],
  };
}

const sessionOnly = new Set(["SET", "USE", "EXECUTE", "BEGIN", "START", "COMMIT", "ROLLBACK"]);

/**
 * The second wall before an analyst's statement. The first is the engine's (a role's grants, `readonly`, row policies);
 * this one adds what it does not guard: functions that read files or call out, which no grant covers in chDB.
 * `names` are the request's parameters, which may be names in the text.
 */
export async function judgeAnalyst(
  session: Session,
  text: string,
  names: ReadonlyMap<string, string>,
): Promise<Judged> {
  const judged = await judge(session, text);
  if (!judged.reads) throw readonly("Cannot execute query in readonly mode. Analysts can read only");
  const filled = judged.canonical.replace(/\{(\w+):Identifier\}/g, (_, name: string) => names.get(name) ?? "");
  const called = outward.exec(filled)?.[0];
  if (called !== undefined) throw denied(`Not enough privileges: analysts cannot use the name ${called}`);
  for (const [, table = ""] of filled.matchAll(/\bsystem`?\.`?(\w+)/gi))
    if (!readableSystemTables.has(table)) throw denied(`Not enough privileges: analysts cannot read system.${table}`);
  return judged;
}

/**
 * As names anywhere outside a string, because `* APPLY file` calls a function as well as `file(…)` does. `merge` reads
 * tables that its strings name, and some of `system` start programs before a row policy has a say.
 */
const outward = /\b(?:merge|file|catboostEvaluate|aiGenerate|aiClassify|aiExtract|aiTranslate|aiEmbed)\b/i;

async function canonical(session: Session, text: string): Promise<string> {
  const finished = await session
    .query(`SELECT formatQuerySingleLine(${literal(text)})`, "RawBLOB")
    .catch((thrown: unknown) => {
      const { message } = exceptionOf(thrown);
      throw syntaxError(message.replace(/: In scope SELECT formatQuerySingleLine\([\s\S]*$/, ""));
    });
  const written = finished.bytes?.toString("utf8") ?? "";
  return written.replace(/'(?:\\[\s\S]|[^'\\])*'|`(?:\\[\s\S]|[^`\\])*`/g, (quoted) =>
    quoted.startsWith("'") ? "''" : quoted,
  );
}
