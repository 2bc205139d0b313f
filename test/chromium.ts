import { execFileSync } from "node:child_process";
import { type Browser, chromium } from "playwright-core";

export const chromiumPath = process.env.RAZI_CHROMIUM ?? "/usr/bin/chromium";

/** The system's own Chromium. */
export function launchChromium(...more: string[]): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: [...chromiumSwitches(), ...more] });
}

/** Without the calls home that a closed network refuses. */
export function chromiumSwitches(): string[] {
  return [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    `--user-agent=${ordinaryUserAgent()}`,
  ];
}

/**
 * Headless Chromium says in its user agent what it is, and so would be counted as a bot. Only the browser's own switch
 * also reaches what is sent while a page is left.
 */
function ordinaryUserAgent(): string {
  const version = /\d+/.exec(execFileSync(chromiumPath, ["--version"], { encoding: "utf8", stdio: "pipe" }))?.[0];
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
}
