import type { StateStream } from "../state-stream.ts";

/**
 * The last `length` values in their order: median and percentile rank without sorting again.
 *
 * They form a list linked both ways, equals in the order of their arrival. What is ranked here (a range, a width) moves little from one
 * candle to the next, so the place of a new value is found a few steps from the latest one.
 */
export class RankWindow {
  readonly length: number;
  /** By slot, which the newest takes over from the oldest; two more slots stand below and above every value. */
  private readonly arrivals: Float64Array;
  private readonly lower: Int32Array;
  private readonly higher: Int32Array;
  private readonly bottom: number;
  private readonly top: number;
  private next = 0;
  private count = 0;
  /** Slot of the latest value, and how many stand before it. */
  private latest: number;
  private place = -1;
  /** Slot of the middle value, of two the higher one, as soon as the window is full. */
  private middle = 0;

  constructor(length: number) {
    this.length = length;
    this.bottom = length;
    this.top = length + 1;
    this.arrivals = new Float64Array(length + 2);
    this.arrivals[this.bottom] = Number.NEGATIVE_INFINITY;
    this.arrivals[this.top] = Number.POSITIVE_INFINITY;
    this.lower = new Int32Array(length + 2);
    this.higher = new Int32Array(length + 2);
    this.latest = this.bottom;
    this.clear();
  }

  get isFull(): boolean {
    return this.count === this.length;
  }

  update(value: number): void {
    const slot = this.next;
    if (++this.next === this.length) this.next = 0;
    if (this.count === this.length) this.takeOut(slot);
    this.putIn(slot, value);
    if (this.count === this.length) {
      if (value < this.arrivals[this.middle]!) this.middle = this.lower[this.middle]!;
    } else if (++this.count === this.length) this.seekMiddle();
  }

  /** The slot of the oldest value: none of its equals stand before it. */
  private takeOut(slot: number): void {
    const { arrivals, lower, higher } = this;
    const value = arrivals[slot]!;
    if (value <= arrivals[this.latest]!) this.place--;
    if (value <= arrivals[this.middle]!) this.middle = higher[this.middle]!;
    const below = lower[slot]!;
    const above = higher[slot]!;
    higher[below] = above;
    lower[above] = below;
    // A window of one value.
    if (slot === this.latest) this.latest = this.bottom;
  }

  private putIn(slot: number, value: number): void {
    const { arrivals, lower, higher } = this;
    let below = this.latest;
    let place = this.place;
    while (arrivals[below]! > value) {
      below = lower[below]!;
      place--;
    }
    let above = higher[below]!;
    while (arrivals[above]! <= value) {
      below = above;
      above = higher[above]!;
      place++;
    }
    arrivals[slot] = value;
    lower[slot] = below;
    higher[slot] = above;
    higher[below] = slot;
    lower[above] = slot;
    this.latest = slot;
    this.place = place + 1;
  }

  private seekMiddle(): void {
    this.middle = this.higher[this.bottom]!;
    for (let place = this.length >> 1; place > 0; place--) this.middle = this.higher[this.middle]!;
  }

  /** NaN until the window is full. */
  get median(): number {
    if (!this.isFull) return Number.NaN;
    const { arrivals, middle } = this;
    return this.length & 1 ? arrivals[middle]! : (arrivals[this.lower[middle]!]! + arrivals[middle]!) / 2;
  }

  /** Rank of the latest value among the window, 0 to 100, equals counted half; NaN until the window is full. */
  get percentile(): number {
    if (!this.isFull) return Number.NaN;
    const { arrivals, lower, latest } = this;
    const value = arrivals[latest]!;
    const end = this.place + 1;
    let below = this.place;
    for (let slot = lower[latest]!; arrivals[slot] === value; slot = lower[slot]!) below--;
    return (100 * (below + end)) / (2 * this.length);
  }

  private clear(): void {
    this.higher[this.bottom] = this.top;
    this.lower[this.top] = this.bottom;
    this.latest = this.bottom;
    this.place = -1;
    this.count = 0;
  }

  transfer(stream: StateStream): void {
    stream.numbers(this.arrivals.subarray(0, this.length));
    this.next = stream.number(this.next);
    this.count = stream.number(this.count);
    this.link();
  }

  /** The links follow from the values in the order in which they came. */
  private link(): void {
    const { count, length } = this;
    const oldest = count === length ? this.next : 0;
    this.clear();
    for (let index = 0; index < count; index++) {
      const slot = (oldest + index) % length;
      this.putIn(slot, this.arrivals[slot]!);
    }
    this.count = count;
    if (count === length) this.seekMiddle();
  }
}
