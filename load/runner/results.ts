import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderTable } from "../../collector/cli/table.ts";
import type { Summary, Verdict } from "./summary.ts";

/** What a run came to. */
export interface Outcome {
  readonly scenario: string;
  readonly verdicts: readonly Verdict[];
  readonly figures: Readonly<Record<string, string>>;
  readonly summary: Summary;
}

export const isWhole = ({ verdicts }: Outcome): boolean => verdicts.every(({ isRight }) => isRight);

/** For people. */
export function render({ scenario, verdicts, figures }: Outcome): string {
  const rows = verdicts.map(({ group, name, isRight, detail }) => ({
    "": isRight ? "ok" : "NOT",
    group,
    what: name,
    found: detail,
  }));
  const wrong = verdicts.filter(({ isRight }) => !isRight).length;
  return [
    renderTable(["", "group", "what", "found"], rows),
    "",
    renderTable(
      ["figure", "value"],
      Object.entries(figures).map(([figure, value]) => ({ figure, value })),
    ),
    "",
    wrong === 0
      ? `${scenario}: all ${verdicts.length} hold.`
      : `${scenario}: ${wrong} of ${verdicts.length} do not hold.`,
  ].join("\n");
}

/** Leaves what CI keeps: text, everything k6 knows as JSON, and JUnit's XML. */
export function writeResults(dir: string, outcome: Outcome): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "summary.txt"), `${render(outcome)}\n`);
  writeFileSync(join(dir, "summary.json"), JSON.stringify(outcome.summary, undefined, 2));
  writeFileSync(join(dir, "junit.xml"), junitOf(outcome));
}

export function junitOf({ scenario, verdicts }: Pick<Outcome, "scenario" | "verdicts">): string {
  const cases = verdicts.map(({ group, name, isRight, detail }) => {
    const open = `  <testcase classname="load.${scenario}.${group}" name="${escaped(name)}"`;
    return isRight ? `${open}/>` : `${open}><failure message="${escaped(detail)}"/></testcase>`;
  });
  const failures = verdicts.filter(({ isRight }) => !isRight).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="load.${scenario}" tests="${verdicts.length}" failures="${failures}">`,
    ...cases,
    "</testsuite>",
    "",
  ].join("\n");
}

const escaped = (text: string): string => text.replace(/[&<>"\p{Cc}]/gu, (char) => `&#${char.codePointAt(0)};`);
