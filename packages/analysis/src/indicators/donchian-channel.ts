import type { StateStream } from "../state-stream.ts";
import { ExtremesWindow } from "./extremes-window.ts";

/** Highest high and lowest low of the candles before the last one, so that a close can break out of it. */
export interface DonchianView {
  readonly upper: number;
  readonly lower: number;
}

export class DonchianChannel implements DonchianView {
  upper = Number.NaN;
  lower = Number.NaN;
  private readonly extremes: ExtremesWindow;

  constructor(length: number) {
    this.extremes = new ExtremesWindow(length);
  }

  update(high: number, low: number): void {
    this.upper = this.extremes.high;
    this.lower = this.extremes.low;
    this.extremes.update(high, low);
  }

  transfer(stream: StateStream): void {
    this.upper = stream.number(this.upper);
    this.lower = stream.number(this.lower);
    this.extremes.transfer(stream);
  }
}
