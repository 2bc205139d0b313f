import { start } from "./start.ts";

/**
 * The script tag: `<script async src="https://stats.example/razi.js" data-site="demo"></script>`, with the options as
 * `data-collector` (where the script is from somewhere else), `data-manual`, `data-query="page size"`.
 */
const { src, dataset } = document.currentScript as HTMLScriptElement;
const { site = "", collector = src, manual, query = "" } = dataset;
start({ site, collector, manual: manual !== undefined, query: query.split(" ") });
