import { followLinks } from "./links.ts";
import { keepLive } from "./live.ts";
import { showPoints } from "./points.ts";
import { retryFailed } from "./retry.ts";
import { showStatements } from "./statement.ts";

// The page is whole without any of this: links lead to the next view, forms too.
if (document.getElementById("panels") !== null) {
  followLinks();
  retryFailed();
  keepLive();
  showPoints();
  showStatements();
}
