import { renderTable } from "../../collector/cli/table.ts";
import { runCanary } from "./run.ts";

/** `npm run canary`: sends personal values through the real thing and searches every byte that it leaves. Ends with 1 on a leak. */
const places = await runCanary();
console.log(
  renderTable(
    ["place", "bytes", "leaks", "found of those made on purpose"],
    places.map(({ name, bytes, hits, planted }) => ({
      place: name,
      bytes,
      leaks: hits.length,
      "found of those made on purpose": planted,
    })),
  ),
);
const hits = places.flatMap((place) => place.hits);
for (const { marker, form, place } of hits) console.error(`${marker} (${form}) is in ${place}`);
const isBlind = places.some(({ planted }) => planted === 0);
if (isBlind) console.error("The search does not find what was put there on purpose.");
console.log(hits.length === 0 ? "Nothing personal was found." : `${hits.length} leaks.`);
process.exitCode = hits.length > 0 || isBlind ? 1 : 0;
