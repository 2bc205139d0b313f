import { type Browser, chromium } from "playwright-core";

export const chromiumPath = process.env.RAZI_CHROMIUM ?? "/usr/bin/chromium";

/** The system's own Chromium, without the calls home that a closed network refuses. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
