import { chromiumPath } from "../chromium.ts";

export const firefoxPath = process.env.RAZI_FIREFOX ?? "/usr/bin/firefox-esr";
export const webKitDriverPath = process.env.RAZI_WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver";
export const xvfbPath = process.env.RAZI_XVFB ?? "/usr/bin/Xvfb";

/** What the browser tests start: where it is, what says that it is somewhere else, and the Debian package that has it. */
export const programs = [
  { name: "Chromium", path: chromiumPath, variable: "RAZI_CHROMIUM", debian: "chromium" },
  { name: "Firefox", path: firefoxPath, variable: "RAZI_FIREFOX", debian: "firefox-esr" },
  {
    name: "the driver of WebKitGTK",
    path: webKitDriverPath,
    variable: "RAZI_WEBKIT_DRIVER",
    debian: "webkit2gtk-driver",
  },
  { name: "Xvfb, WebKit's screen", path: xvfbPath, variable: "RAZI_XVFB", debian: "xvfb" },
] as const;
