import type { StorageMode } from "./protocol.ts";
import { start } from "./start.ts";

/**
 * The script tag: `<script async src="https://stats.example/razi.js" data-site="demo"></script>`, with the options as
 * `data-collector` (where the script is from somewhere else), `data-manual`, `data-query="page size"`,
 * `data-storage` (what the site's policy declares, where that is not `persistent`).
 */
const { src, dataset } = document.currentScript as HTMLScriptElement;
start({
  collector: src,
  ...(dataset as { site: string; storage?: StorageMode }),
  manual: "manual" in dataset,
  query: dataset.query?.split(" "),
});
