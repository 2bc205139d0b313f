import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { expect, it } from "vitest";
import { projectRoot } from "../../collector/root.ts";
import { onStubs } from "./own-code.ts";

it("on a browser that does nothing the script does all of its own, so that its time says something", async () => {
  const granted = {
    consent_id: "c",
    blocks: ["analytics", "processing"],
    receipt: "r",
    token: "t",
    token_expires_at: 9e15,
    expires_at: 9e15,
  };
  const page = { setTimeout, clearTimeout, queueMicrotask, console, sent: "" };
  const script = readFileSync(join(projectRoot, "sdk/dist/razi.js"), "utf8");
  runInContext(onStubs(script, JSON.stringify(granted)), createContext(Object.assign(page, { window: page })));
  await expect.poll(() => page.sent, { timeout: 10_000 }).toContain('"view"');
});
