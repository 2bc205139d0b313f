// @module-tag browser
import { holdsIn } from "./every.ts";
import { startWebKit } from "./webkit.ts";

holdsIn("WebKit", startWebKit);
