import { start } from "./start.ts";
import { optionsOfTag } from "./tag.ts";

/**
 * The script tag: `<script async src="https://stats.example/razi.js" data-site="demo"></script>`, with the options as
 * `data-collector` (where the script is from somewhere else) and, in the full script, `data-manual`, `data-hash`,
 * `data-query="page size"`, `data-storage` (what the site's policy declares, where that is not `persistent`). `razi.debug.js` is the same to be
 * read, and with `data-debug` it logs.
 */
start(optionsOfTag());
