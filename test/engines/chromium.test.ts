// @module-tag browser
import { startChromium } from "./chromium.ts";
import { holdsIn } from "./every.ts";

holdsIn("Chromium", startChromium);
