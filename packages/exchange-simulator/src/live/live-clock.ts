import type { SimulatedClock } from "../simulated-clock.ts";

/** The real time as the followed exchange tells it: this machine's clock and the measured difference. */
export class LiveClock implements SimulatedClock {
  private readonly realNow: () => number;
  private readonly realStartMs: number;
  private offsetMs: number;
  private shownMs = 0;

  constructor(realNow: () => number, offsetMs: number) {
    this.realNow = realNow;
    this.offsetMs = offsetMs;
    this.realStartMs = realNow();
  }

  /** Never goes back, also when a new measurement says that it was too early. */
  nowMs(): number {
    this.shownMs = Math.max(this.shownMs, Math.round(this.realNow() + this.offsetMs));
    return this.shownMs;
  }

  read() {
    return {
      nowMs: this.nowMs(),
      kind: "real" as const,
      speed: 1,
      startMs: Math.round(this.realStartMs + this.offsetMs),
      realStartMs: this.realStartMs,
    };
  }

  realAgeMs(timestampMs: number): number {
    return this.nowMs() - timestampMs;
  }

  advanceTo(): never {
    throw new RangeError("Only a stepped clock can be advanced.");
  }

  adjust(offsetMs: number): void {
    this.offsetMs = offsetMs;
  }
}
