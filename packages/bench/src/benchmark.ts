/** What one benchmark found: `value` is the median of its runs, `hash` of what was computed, so that a faster wrong answer shows. */
export interface Measurement {
  readonly value: number;
  readonly p50?: number;
  /** The value that 95 % of the runs are at least as good as. */
  readonly p95?: number;
  readonly runs: number;
  readonly hash: string;
  readonly details?: Record<string, unknown>;
}

/** One figure of the report, under a name that is never renamed. */
export interface Benchmark {
  readonly name: string;
  readonly unit: string;
  run(): Promise<Measurement>;
}
