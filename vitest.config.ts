import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/setup.ts"],
    reporters: ["default", "./test/closing-line.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Waits for a fact, on a machine that has other things to do: a second is too short.
    expect: { poll: { timeout: 10_000 } },
    // Each end-to-end file starts a collector, an engine and sometimes a browser: more at once only fight for the cores.
    maxWorkers: 2,
    // Files that say `@module-tag browser`. Timers of a browser that shares two cores with five others can pass any bound:
    // such a test is tried once more, and named at the end. Which have none: CONTRIBUTING.md.
    tags: [{ name: "browser", retry: 1 }],
  },
});
