import type { StateStream } from "../state-stream.ts";
import { RankWindow } from "./rank-window.ts";

/** Median of the `length` values before the latest one, which must not take part in what it is compared with. */
export class EarlierMedian {
  value = Number.NaN;
  private readonly window: RankWindow;

  constructor(length: number) {
    this.window = new RankWindow(length);
  }

  update(input: number): void {
    this.value = this.window.median;
    this.window.update(input);
  }

  transfer(stream: StateStream): void {
    this.value = stream.number(this.value);
    this.window.transfer(stream);
  }
}
