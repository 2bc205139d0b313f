import type { Reporter, TestModule } from "vitest/node";

/** Names the tests that passed at a second try only, and ends with the line that any CI can read: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      // A module that broke before it could list its tests has none to count, so it counts as one failure itself.
      const tests = [...module.children.allTests()];
      if (module.errors().length > 0) count.failed += 1;
      for (const test of tests) {
        const { state } = test.result();
        count[state === "pending" ? "failed" : state] += 1;
        if (test.diagnostic()?.flaky)
          console.log(`at the second try only: ${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
