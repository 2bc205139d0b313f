import { execFile, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../collector/root.ts";

export interface ExampleSite {
  readonly origin: string;
  close(): void;
}

/** The strictest policy that a page can ask for; what an example needs beyond it is given. */
const strict = (scripts = "", trustedTypes = "'none'") =>
  [
    "default-src 'none'",
    `script-src 'self' ${scripts}`,
    "connect-src http://localhost:8787",
    "require-trusted-types-for 'script'",
    `trusted-types ${trustedTypes}`,
  ].join("; ");

const sourceOf = (example: string) => join(projectRoot, "examples", example);

/** Each example, built below `dir` as its readers would, and served. */
export const exampleSites = {
  plain: () => serve(sourceOf("plain"), strict("http://localhost:8787")),
  "react-router": (dir: string) => buildAndServe("react-router", dir, strict()),
  "vue-router": (dir: string) => buildAndServe("vue-router", dir, strict("", "vue")),
  ssr: serverRendered,
} satisfies Record<string, (dir: string) => Promise<ExampleSite>>;

async function buildAndServe(example: string, dir: string, policy: string): Promise<ExampleSite> {
  const outDir = join(dir, example);
  const { NODE_ENV: _, ...env } = process.env;
  const vite = join(projectRoot, "node_modules", "vite", "bin", "vite.js");
  await promisify(execFile)(process.execPath, [vite, "build", sourceOf(example), "--outDir", outDir], { env });
  return serve(outDir, policy);
}

const types: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };

/** Files of one folder. A path without an extension is a page of the application in `index.html`. */
async function serve(dir: string, policy: string): Promise<ExampleSite> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    const name = extname(pathname) === "" ? "/index.html" : pathname;
    const body = await readFile(join(dir, name)).catch(() => undefined);
    const headers = { "content-type": types[extname(name)] ?? "text/plain", "content-security-policy": policy };
    response.writeHead(body === undefined ? 404 : 200, headers).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function serverRendered(): Promise<ExampleSite> {
  const child = spawn(process.execPath, ["--import", "tsx", join(sourceOf("ssr"), "server.tsx")], {
    cwd: projectRoot,
    env: { ...process.env, PORT: "0", TSX_TSCONFIG_PATH: join(projectRoot, "examples", "tsconfig.json") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const origin = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output += chunk;
        const found = /^http:\S+$/m.exec(output)?.[0];
        if (found) resolve(found);
      });
    child.once("exit", () => reject(new Error(`the server ended:\n${output}`)));
  });
  return { origin, close: () => void child.kill() };
}
