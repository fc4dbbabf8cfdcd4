import type { StateStream } from "../state-stream.ts";

/**
 * The last `length` values held sorted: median and percentile rank without sorting again.
 *
 * A new value takes the place of the oldest one and only what lies between the two moves, found by bisection.
 */
export class RankWindow {
  readonly length: number;
  private readonly arrivals: Float64Array;
  private readonly sorted: Float64Array;
  private next = 0;
  private count = 0;
  private latest = Number.NaN;
  /** Where the latest value stands among the sorted ones. */
  private place = 0;

  constructor(length: number) {
    this.length = length;
    this.arrivals = new Float64Array(length);
    this.sorted = new Float64Array(length);
  }

  get isFull(): boolean {
    return this.count === this.length;
  }

  update(value: number): void {
    const sorted = this.sorted;
    let hole: number;
    if (this.count === this.length) {
      hole = this.firstNotBelow(this.arrivals[this.next]!);
    } else {
      hole = this.count++;
    }
    this.arrivals[this.next] = value;
    if (++this.next === this.length) this.next = 0;
    this.latest = value;
    while (hole > 0 && sorted[hole - 1]! > value) {
      sorted[hole] = sorted[hole - 1]!;
      hole--;
    }
    const last = this.count - 1;
    while (hole < last && sorted[hole + 1]! < value) {
      sorted[hole] = sorted[hole + 1]!;
      hole++;
    }
    sorted[hole] = value;
    this.place = hole;
  }

  /** NaN until the window is full. */
  get median(): number {
    if (!this.isFull) return Number.NaN;
    const middle = this.length >> 1;
    return this.length & 1 ? this.sorted[middle]! : (this.sorted[middle - 1]! + this.sorted[middle]!) / 2;
  }

  /** Rank of the latest value among the window, 0 to 100, equals counted half; NaN until the window is full. */
  get percentile(): number {
    if (!this.isFull) return Number.NaN;
    const { sorted, latest } = this;
    let below = this.place;
    while (below > 0 && sorted[below - 1] === latest) below--;
    let end = this.place + 1;
    while (end < this.length && sorted[end] === latest) end++;
    return (100 * (below + end)) / (2 * this.length);
  }

  private firstNotBelow(value: number): number {
    const sorted = this.sorted;
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (sorted[middle]! < value) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  transfer(stream: StateStream): void {
    stream.numbers(this.arrivals);
    stream.numbers(this.sorted);
    this.next = stream.number(this.next);
    this.count = stream.number(this.count);
    this.latest = stream.number(this.latest);
    this.place = this.firstNotBelow(this.latest);
  }
}
