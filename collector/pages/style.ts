import { createHash } from "node:crypto";

/** Of all pages: readable at any width, by day and by night, and on paper. */
export const style = `
:root { color-scheme: light dark; --text: #1b1b1f; --muted: #55555e; --line: #c9c9d2; --back: #fdfdfe; --card: #f3f3f7; --accent: #0b5c8a; --on: #fff; --stop: #a4262c }
@media (prefers-color-scheme: dark) {
  :root { --text: #ececf1; --muted: #b3b3bf; --line: #44444f; --back: #16161a; --card: #202027; --accent: #7cc4f0; --on: #10202b; --stop: #ff9b9b }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 46rem; font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--back); overflow-wrap: break-word }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 1rem 0 .5rem }
h2 { font-size: 1.15rem; margin: 0 0 .5rem }
p { margin: .4rem 0 }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: 0; list-style: none }
a { color: var(--accent) }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: 1rem 0 }
dt { font-weight: 600 } dd { margin: 0 0 .6rem } ul { padding-inline-start: 1.2rem }
label { display: block; margin: .6rem 0 .2rem }
label.box { display: flex; gap: .5rem; align-items: start } label.box input { width: 1.2rem; height: 1.2rem; margin: .15rem 0 0; flex: none }
textarea, select, input[type=date] { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--muted); border-radius: .35rem; padding: .45rem; width: 100% }
textarea { min-height: 5rem; font-family: ui-monospace, monospace; font-size: .85rem }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0 1rem }
.pair > div { display: flex; flex-direction: column; justify-content: end }
.row { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .8rem }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1rem; border-radius: .35rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on); cursor: pointer }
button.quiet { background: transparent; color: var(--accent) }
button.stop { background: transparent; border-color: var(--stop); color: var(--stop) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.table { overflow-x: auto } table { border-collapse: collapse; width: 100%; min-width: 40rem; font-size: .9rem }
caption { text-align: start; color: var(--muted); padding-bottom: .4rem }
th, td { text-align: start; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line) }
td:first-child, .whole { white-space: nowrap }
.muted { color: var(--muted) } .say { border-color: var(--accent); border-width: 2px } .say.stop { border-color: var(--stop) }
@media print { form, nav { display: none } section { border: 0; padding: 0 } }
`;

export const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
