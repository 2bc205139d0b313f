// @module-tag browser
import { holdsIn } from "./every.ts";
import { startFirefox } from "./firefox.ts";

holdsIn("Firefox", startFirefox);
