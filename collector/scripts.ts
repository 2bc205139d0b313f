import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishedAs } from "./http/script.ts";

/**
 * Every SDK that this installation has published, the present one first: a page that names one by its hash goes on
 * working after an upgrade. A file whose content is not what its name says is left out.
 */
export async function keepScripts(dir: string, present: Buffer): Promise<[Buffer, ...Buffer[]]> {
  await mkdir(dir, { recursive: true });
  const { name } = publishedAs(present);
  const path = join(dir, name);
  await writeFile(`${path}.new`, present);
  await rename(`${path}.new`, path);
  const others = (await readdir(dir)).filter((file) => file.endsWith(".js") && file !== name).sort();
  const former = await Promise.all(others.map(async (file) => ({ file, script: await readFile(join(dir, file)) })));
  return [
    present,
    ...former.filter(({ file, script }) => publishedAs(script).name === file).map(({ script }) => script),
  ];
}
