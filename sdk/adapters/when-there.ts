import { attempt } from "../attempt.ts";

const everyMs = 200;
const tries = 300;

/** Waits, for a minute at most, until a tool is on the page, and then watches it. Returns the way to end either. */
export function whenThere<Tool>(find: () => Tool | undefined, watch: (tool: Tool) => () => void): () => void {
  let left = tries;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;

  function look() {
    const tool = attempt(find);
    if (tool) stop = attempt(() => watch(tool));
    else if (left--) timer = setTimeout(look, everyMs);
  }

  look();
  return () => {
    clearTimeout(timer);
    stop?.();
  };
}
