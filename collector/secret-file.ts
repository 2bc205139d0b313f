import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";

/** Reads a one-line file, and makes it (mode 0600) with a random value at the first start. */
export async function readOrMake(path: string, bytes: number): Promise<string> {
  try {
    const text = (await readFile(path, "utf8")).trim();
    if (text !== "") return text;
    throw new Error(`${path} is empty`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const made = randomBytes(bytes).toString("hex");
  const file = await open(`${path}.new`, "w", 0o600);
  await file.writeFile(`${made}\n`);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
  return made;
}
