import { readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";

const folder = join(projectRoot, "sdk/adapters");
/** What several adapters use: a page has it once. */
const shared = ["adapter.ts", "follow.ts", "when-there.ts", "window-events.ts"];
const adapters = readdirSync(folder).filter((name) => name.endsWith(".ts") && !shared.includes(name));

async function bundle(contents: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles = [] } = await build({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    format: "esm",
    target: "es2020",
    minify: true,
    write: false,
    ...options,
  });
  return outputFiles[0]?.text ?? "";
}

const packed = (text: string) => brotliCompressSync(text).length;

describe("size (brotli)", () => {
  it("there are eight adapters", () => {
    expect(adapters).toHaveLength(8);
  });

  it.each(adapters)("%s is at most 400 bytes beside what they share", async (name) => {
    const text = await bundle(`export * from "./${name}"`, { external: shared.map((file) => `./${file}`) });
    expect(packed(text)).toBeLessThanOrEqual(400);
  });

  it("what they share is at most 950 bytes", async () => {
    const text = await bundle(shared.map((name) => `export * from "./${name}"`).join("\n"));
    expect(packed(text)).toBeLessThanOrEqual(950);
  });

  it("a page has only the adapter that it names, and importing alone does nothing", async () => {
    const one = await bundle(`export { follow } from "./follow.ts"; export { klaro } from "./klaro.ts"`);
    expect(one).toContain("klaro");
    for (const other of ["__tcfapi", "dataLayer", "OneTrust", "Cookiebot", "c15tStore", "cc:"])
      expect(one).not.toContain(other);
    // Seen by the code itself, not by what package.json says of it.
    const nothing = await bundle(adapters.map((name) => `import "./${name}"`).join("\n"), { ignoreAnnotations: true });
    expect(nothing).toBe("");
  });
});
