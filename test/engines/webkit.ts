import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { startBound } from "./bound.ts";
import type { Engine } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { webKitDriverPath, xvfbPath } from "./programs.ts";
import { commandsTo, tabOf } from "./webdriver.ts";

/** WebKitGTK's own small browser on a screen that nobody sees, by its own driver. */
export async function startWebKit(): Promise<Engine> {
  const home = mkdtempSync(join(tmpdir(), "razi-webkit-"));
  const screen = startBound([xvfbPath, "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
  const port = await freePort();
  const driver = startBound([webKitDriverPath, "-p", `${port}`], {
    // The rest of the environment could make it another browser than the next machine's.
    PATH: process.env.PATH,
    LANG: "en_US.UTF-8",
    HOME: home,
    DISPLAY: `:${await firstLine(screen.stdout)}`,
    NO_AT_BRIDGE: "1",
  });
  driver.stdout.resume();
  const end = async () => {
    const ended = [screen, driver].map((child) => new Promise((done) => child.once("exit", done)));
    for (const { stdin } of [driver, screen]) stdin.end();
    await Promise.all(ended);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };

  const send = commandsTo(`http://127.0.0.1:${port}`);
  // The driver runs one browser at a time, and each keeps in memory what it stores.
  const newSession = async () => `/session/${(await send("POST", "/session", { capabilities: {} })).sessionId}`;
  // The first takes long, because all of it has to come from the disk.
  let session = await untilReady(() => send("GET", "/status"))
    .then(newSession)
    .catch(async (cause) => {
      await end();
      throw cause;
    });
  let isUsed = false;

  return {
    async visitor() {
      if (isUsed) {
        await send("DELETE", session);
        session = await newSession();
      }
      isUsed = true;
      const own = session;
      let isFirst = true;
      return {
        async open(url) {
          // As a window: a new tab of this browser stays behind the others.
          const handle = isFirst
            ? await send("GET", `${own}/window`)
            : (await send("POST", `${own}/window/new`, { type: "window" })).handle;
          isFirst = false;
          const tab = tabOf(async (method, path, body) => {
            await send("POST", `${own}/window`, { handle });
            return send(method, `${own}${path}`, body);
          });
          await tab.goto(url);
          return tab;
        },
      };
    },
    close: () => send("DELETE", session).finally(end),
  };
}

async function firstLine(output: Readable): Promise<string> {
  for await (const line of createInterface(output)) return line;
  throw new Error("the screen did not start");
}

async function untilReady(ask: () => Promise<unknown>, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      return void (await ask());
    } catch (cause) {
      if (Date.now() > end) throw new Error("the driver of WebKitGTK does not answer", { cause });
      await new Promise((done) => setTimeout(done, 25));
    }
  }
}
