import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { webKitDriverPath, xvfbPath } from "./programs.ts";
import { commandsTo, tabOf } from "./webdriver.ts";

/** WebKitGTK's own small browser on a screen that nobody sees, by its own driver. */
export async function startWebKit(): Promise<Engine> {
  const home = mkdtempSync(join(tmpdir(), "razi-webkit-"));
  const screen = spawn(xvfbPath, ["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const display = await firstLine(screen);
  const port = await freePort();
  const driver = spawn(webKitDriverPath, ["-p", `${port}`], {
    // A group of its own: the browser and its many processes end with it.
    detached: true,
    stdio: "ignore",
    // The rest of the environment could make it another browser than the next machine's.
    env: { PATH: process.env.PATH, LANG: "en_US.UTF-8", HOME: home, DISPLAY: `:${display}`, NO_AT_BRIDGE: "1" },
  });
  const end = () => {
    killGroup(driver);
    screen.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once("exit", end);

  const send = commandsTo(`http://127.0.0.1:${port}`);
  // The driver runs one browser at a time, and each keeps in memory what it stores.
  const newSession = async () => `/session/${(await send("POST", "/session", { capabilities: {} })).sessionId}`;
  // The first takes long, because all of it has to come from the disk.
  let session = await untilReady(() => send("GET", "/status"))
    .then(newSession)
    .catch((cause) => {
      end();
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
    async close() {
      await send("DELETE", session).finally(end);
      process.off("exit", end);
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
    child.stdout?.once("data", (text) => resolve(`${text}`.trim()));
  });
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
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
