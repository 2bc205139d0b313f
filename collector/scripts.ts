import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishedAs } from "./http/script.ts";

/**
 * Keeps the scripts of the SDK, and says which others this installation has published before: a page that names one by its
 * hash goes on working after an upgrade. A file whose content is not what its name says is left out.
 */
export async function keepScripts(dir: string, ...present: Buffer[]): Promise<Buffer[]> {
  await mkdir(dir, { recursive: true });
  const names = present.map((script) => publishedAs(script).name);
  for (const [n, script] of present.entries()) {
    const path = join(dir, names[n] ?? "");
    // A name of its own: workers start side by side.
    const fresh = `${path}.${randomUUID()}.new`;
    await writeFile(fresh, script);
    await rename(fresh, path);
  }
  const others = (await readdir(dir)).filter((file) => file.endsWith(".js") && !names.includes(file)).sort();
  const former = await Promise.all(others.map(async (file) => ({ file, script: await readFile(join(dir, file)) })));
  return former.filter(({ file, script }) => publishedAs(script).name === file).map(({ script }) => script);
}
