import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with the one line that any CI can read, `N passed, N failed, N skipped`, after what passed only at its second try. */
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
        if (test.diagnostic()?.flaky) console.log(`passed at the second try, and ought to be mended: ${test.fullName}`);
      }
    }
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
