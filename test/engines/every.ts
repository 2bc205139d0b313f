import { describe } from "vitest";
import { attention } from "./attention.ts";
import { benchIn } from "./bench.ts";
import { clicks } from "./clicks.ts";
import { consent } from "./consent.ts";
import type { Engine } from "./engine.ts";
import { leaving } from "./leaving.ts";
import { oddities } from "./oddities.ts";
import { pageViews } from "./views.ts";

/** All that must hold in every engine, in this one. Starting a browser takes as long as many of the tests. */
export function holdsIn(name: string, start: () => Promise<Engine>): void {
  describe(name, () => {
    const newBench = benchIn(start);
    consent(newBench);
    pageViews(newBench);
    clicks(newBench);
    oddities(newBench);
    attention(newBench);
    leaving(newBench);
  });
}
