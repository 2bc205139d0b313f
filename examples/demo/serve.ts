import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { projectRoot } from "../../collector/root.ts";

export interface DemoOptions {
  port: number;
  /** Default: loopback, where `localhost` finds it over IPv4 and IPv6. */
  host?: string;
  /** Origin of the collector, such as `http://localhost:8787`. */
  collector: string;
  site: string;
}

/** The only paths there are, each with its file: no name from a request reaches the disk. */
const pages = new Map(
  [
    "index",
    "plans",
    "devices",
    "devices/router-ax",
    "devices/mesh-duo",
    "devices/tv-box",
    "devices/phone-sade",
    "contacts",
    "search",
    "privacy",
  ].map((name) => [name === "index" ? "/" : `/${name}`, `pages/${name}.html`]),
);
const assets = new Map([
  ["/demo.css", "text/css; charset=utf-8"],
  ["/demo.js", "text/javascript; charset=utf-8"],
  ["/favicon.svg", "image/svg+xml"],
]);

const downloads = /^\/files\/[a-z-]+\.pdf$/;
/** The smallest PDF that viewers open: one empty page. */
const emptyPdf =
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n";

/** Serves the demo site until it is closed. */
export async function serveDemo(options: DemoOptions): Promise<{ port: number; close(): Promise<void> }> {
  const headers = {
    "content-security-policy": [
      "default-src 'none'",
      `script-src 'self' ${options.collector}`,
      `connect-src ${options.collector}`,
      "style-src 'self'",
      "img-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
  };

  async function answer(path: string, response: ServerResponse): Promise<void> {
    const type = assets.get(path);
    if (type !== undefined) {
      const body = await read(path.slice(1));
      response.writeHead(200, { ...headers, "content-type": type }).end(body);
      return;
    }
    if (downloads.test(path)) {
      response.writeHead(200, { ...headers, "content-type": "application/pdf" }).end(emptyPdf);
      return;
    }
    const file = pages.get(path);
    const html = render(await read("layout.html"), await read(file ?? "pages/not-found.html"), options);
    response.writeHead(file ? 200 : 404, { ...headers, "content-type": "text/html; charset=utf-8" }).end(html);
  }

  const servers: ReturnType<typeof createServer>[] = [];
  const listen = async (host: string, port: number): Promise<number> => {
    const server = createServer((request, response) => {
      if (request.method !== "GET" && request.method !== "HEAD") return void response.writeHead(405).end();
      const path = (request.url ?? "/").split("?")[0] as string;
      answer(path, response).catch((error: unknown) => {
        console.error("demo:", error);
        response.destroy();
      });
    });
    await new Promise<void>((ready, failed) => server.once("error", failed).listen(port, host, ready));
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };

  const port = await listen(options.host ?? "127.0.0.1", options.port);
  // Browsers try IPv6 first for `localhost`. A machine without it does with IPv4.
  if (options.host === undefined) await listen("::1", port).catch(() => undefined);
  return {
    port,
    close: async () => {
      for (const server of servers) {
        const closed = new Promise((done) => server.close(done));
        server.closeAllConnections();
        await closed;
      }
    },
  };
}

function read(name: string): Promise<string> {
  return readFile(join(projectRoot, "examples", "demo", name), "utf8");
}

/** The first line of a page is its title, as a comment. */
function render(layout: string, page: string, { collector, site }: DemoOptions): string {
  const title = /^<!-- (.*) -->/.exec(page)?.[1] ?? "";
  const words: Record<string, string> = {
    title,
    main: page,
    collector: escapeHtml(collector),
    site: escapeHtml(site),
  };
  return layout.replace(/%(\w+)%/g, (whole, word: string) => words[word] ?? whole);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
