import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's own folder: the sources and the bundle in `dist/` both find `sql/`, `sdk/dist/` and `examples/` below it. */
export const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(from: string): string {
  if (existsSync(join(from, "sql", "schema"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("sql/schema was not found above this file: the installation is incomplete");
  return findRoot(parent);
}
