import { projectRoot } from "./root.ts";

const mostLines = 12;

/** Where in the code an error arose, innermost first; of the parts of a path only those below the project, or Node's own. */
export function placeOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { stack = "", message } = error;
  // The message stands before the places, and may have lines that look like one.
  const at = stack.indexOf(message);
  return stack
    .slice(at === -1 ? 0 : at + message.length)
    .split("\n")
    .map(placeIn)
    .filter((place) => place !== undefined)
    .slice(0, mostLines);
}

/** What sort of error it is: its code, where it has one in the usual form, else its class. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code)) return code;
  return /^[A-Z]\w{0,40}$/.test(error.constructor.name) ? error.constructor.name : "Error";
}

function placeIn(line: string): string | undefined {
  const [, file = "", at = ""] =
    /^ +at (?:.* \()?(?:file:\/\/)?((?:node:|\/)[\w./@+-]+):(\d+:\d+)\)?$/.exec(line) ?? [];
  if (file.startsWith("node:")) return `${file}:${at}`;
  return file.startsWith(`${projectRoot}/`) ? `${file.slice(projectRoot.length + 1)}:${at}` : undefined;
}
