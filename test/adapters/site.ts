import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "../../collector/root.ts";

/** A site of one page with the scripts that a test gives it, each a module of its own. */
export async function serveSite(): Promise<{
  origin: string;
  /** Scripts run in this order. */
  page(path: string, body: string, scripts: string[]): void;
  file(path: string, text: string): void;
  close(): Promise<void>;
}> {
  const files = new Map<string, string>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    const text = files.get(pathname);
    const type = pathname.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
    response.writeHead(text === undefined ? 404 : 200, { "content-type": type });
    response.end(text);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    file: (path, text) => void files.set(path, text),
    page(path, body, scripts) {
      const tags = scripts.map((script, n) => {
        files.set(`${path}-${n}.js`, script);
        return `<script type="module" src="${path}-${n}.js"></script>`;
      });
      // An empty icon, so that none is asked for.
      const head = `<meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">`;
      files.set(path, `<!doctype html><html lang="en"><head>${head}</head><body>${body}${tags.join("")}</body></html>`);
    },
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

/** Packs a script for a browser. `razi` is the source of the SDK, `./consent-config.js` what is given for it. */
export async function pack(script: string, config = "export {}"): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: projectRoot },
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "error",
    alias: { "razi/adapters": join(projectRoot, "sdk/adapters"), razi: join(projectRoot, "sdk/index.ts") },
    plugins: [
      {
        name: "consent-config",
        setup(build) {
          build.onResolve({ filter: /^\.\/consent-config\.js$/ }, ({ path }) => ({ path, namespace: "config" }));
          build.onLoad({ filter: /.*/, namespace: "config" }, () => ({ contents: config, resolveDir: projectRoot }));
        },
      },
    ],
  });
  return (outputFiles[0] as (typeof outputFiles)[0]).text;
}

/** The code of `docs/adapters.md` that begins with this name as a comment, talking to this collector. */
export function documented(name: string, collector: string): string {
  const text = readFileSync(join(projectRoot, "docs/adapters.md"), "utf8");
  const code = new RegExp(`^\`\`\`js\\n// ${name}\\n([^]*?)^\`\`\``, "m").exec(text)?.[1];
  if (code === undefined) throw new Error(`docs/adapters.md has no code named ${name}`);
  return code.replace("https://stats.example", collector);
}

/** Names of all code in `docs/adapters.md`. */
export function documentedNames(): string[] {
  const text = readFileSync(join(projectRoot, "docs/adapters.md"), "utf8");
  return [...text.matchAll(/^```js\n\/\/ (.+)$/gm)].map(([, name = ""]) => name);
}
