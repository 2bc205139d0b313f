import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { renderToString } from "react-dom/server";
import { Document } from "./document.tsx";

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("browser.tsx", import.meta.url))],
  bundle: true,
  format: "esm",
  write: false,
});

/** The strictest that a page can ask for. Razi needs to be allowed to reach its collector, and nothing else. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src http://localhost:8787",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/browser.js") {
    response.setHeader("content-type", "text/javascript").end(outputFiles[0]?.contents);
    return;
  }
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy });
  response.end(`<!doctype html>${renderToString(<Document path={pathname} />)}`);
});

server.listen(Number(process.env.PORT ?? 5173), "127.0.0.1", () =>
  console.log(`http://localhost:${(server.address() as AddressInfo).port}`),
);
