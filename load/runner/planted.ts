import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "../../collector/root.ts";

interface Bug {
  readonly file: string;
  /** Must be there once: a bug that is not planted proves nothing. */
  readonly from: string;
  readonly to: string;
}

/** Bugs that a load test has to find, each in one place of the collector. */
export const bugs: Readonly<Record<string, Bug>> = {
  "rows dropped": {
    file: "collector/http/events.ts",
    from: "store.append(",
    // Each hundredth batch: by chance a short run may lose none.
    to: "((globalThis.planted = (globalThis.planted ?? 0) + 1) % 100 ? store.append : async () => {})(",
  },
  "consent ignored": {
    file: "collector/http/events.ts",
    from: ": found;",
    to: `: typeof found !== "string" ? found : {
      site: site.id, consentId: crypto.randomUUID(), visitorId: crypto.randomUUID(), blocks: site.rules.needs,
      policy: site.rules.policyHash, grantedAt: 0, expiresAt: 8e12, despiteSignal: false };`,
  },
};

/** Builds a collector with the bug in it. Returns its script. */
export async function plant({ file, from, to }: Bug): Promise<string> {
  const path = join(projectRoot, file);
  const parts = readFileSync(path, "utf8").split(from);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times the place for the bug: ${from}`);
  const outfile = join(projectRoot, "dist", "planted", "main.js");
  await build({
    entryPoints: [join(projectRoot, "collector", "main.ts")],
    outfile,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    bundle: true,
    logLevel: "warning",
    plugins: [
      {
        name: "plant",
        setup: ({ onLoad }) =>
          onLoad({ filter: /events\.ts$/ }, (args) =>
            args.path === path ? { contents: parts.join(to), loader: "ts" } : undefined,
          ),
      },
    ],
  });
  return outfile;
}
