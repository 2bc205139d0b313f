interface Bounds {
  /** Of an ordinary batch. */
  readonly p99Ms: number;
  /** Share of batches that may go without an answer: where the scenario cuts something off. */
  readonly unanswered?: number;
  /** Batches that the generator may have been too slow to send: where the question is not how fast. */
  readonly dropped?: number;
}

/** What makes a run fail, beside the books that do not balance. */
export function bounds({ p99Ms, unanswered = 0, dropped = 0 }: Bounds) {
  return {
    summaryTrendStats: ["min", "med", "p(95)", "p(99)", "max"],
    setupTimeout: "120s",
    thresholds: {
      checks: ["rate==1"],
      "http_req_duration{name:events}": [`p(99)<${p99Ms}`],
      "http_req_failed{name:events}": [unanswered === 0 ? "rate==0" : `rate<=${unanswered}`],
      // A generator that cannot keep up measures itself.
      dropped_iterations: [`count<=${dropped}`],
    },
  };
}
