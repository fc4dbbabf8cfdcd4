/** Time is given, never taken: the system's clock in the cloud, a real, accelerated or stepped one when embedded. */
export interface Clock {
  /** UTC milliseconds. */
  nowMs(): number;
  /** Resolves when the clock has reached the instant; at once when it is past. */
  sleepUntil(atMs: number): Promise<void>;
  /** Real milliseconds until the instant, for whatever cannot follow the clock (a queue's delay); 0 when it is past or time is stepped. */
  realMsUntil(atMs: number): number;
}

/** Sleeps for a span of the clock's own time. */
export const sleepFor = (clock: Clock, spanMs: number): Promise<void> => clock.sleepUntil(clock.nowMs() + spanMs);
