import type { Course } from "./price-course.ts";

/** Last and mark price of one contract. */
export interface PricePair<Value> {
  readonly last: Value;
  readonly mark: Value;
}

/** A span of time in which the prices of all watched contracts are known. */
export interface KnownSpan {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly courses: ReadonlyMap<string, PricePair<Course>>;
}
