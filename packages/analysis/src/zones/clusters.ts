import type { StateStream } from "../state-stream.ts";
import { heldPivots } from "./pivots.ts";

/** Neighbours within 0.6 ATR belong together; a cluster wider than 1.2 ATR is split at its largest gap. */
const reachInAtr = 0.6;
const widestInAtr = 1.2;
const fewestPivots = 2;

/**
 * One-dimensional DBSCAN over sorted prices (at least two to a cluster: then a cluster is a run of near neighbours), too wide clusters
 * split. The result holds while ATR stays between two bounds, so most candles need no clustering at all.
 */
export class Clusters {
  /** First and last place of each cluster among the sorted prices, lowest cluster first. */
  readonly first = new Int32Array(heldPivots);
  readonly last = new Int32Array(heldPivots);
  /** Mean price of the pivots of each cluster, and how far they lie apart. */
  readonly centers = new Float64Array(heldPivots);
  readonly spreads = new Float64Array(heldPivots);
  count = 0;
  /** The partition is the same for every ATR from `leastAtr` (included) to `mostAtr` (excluded). */
  private leastAtr = 0;
  private mostAtr = 0;

  /** Whether clustering the same prices with this ATR would give the same clusters. */
  holdsFor(atr: number): boolean {
    return atr >= this.leastAtr && atr < this.mostAtr;
  }

  find(prices: Float64Array, count: number, atr: number): void {
    this.count = 0;
    this.leastAtr = 0;
    this.mostAtr = Number.POSITIVE_INFINITY;
    let start = 0;
    for (let place = 1; place <= count; place++) {
      if (place < count && this.isWithin(prices[place]! - prices[place - 1]!, reachInAtr, atr)) continue;
      this.split(prices, start, place - 1, atr);
      start = place;
    }
  }

  /** Compares a distance with a multiple of ATR and remembers for which ATR the answer would change. */
  private isWithin(distance: number, factor: number, atr: number): boolean {
    const threshold = distance / factor;
    if (threshold <= atr) {
      if (threshold > this.leastAtr) this.leastAtr = threshold;
      return true;
    }
    if (threshold < this.mostAtr) this.mostAtr = threshold;
    return false;
  }

  private split(prices: Float64Array, first: number, last: number, atr: number): void {
    if (last - first + 1 < fewestPivots) return;
    if (this.isWithin(prices[last]! - prices[first]!, widestInAtr, atr)) {
      this.keep(prices, first, last);
      return;
    }
    let at = first;
    let largest = -1;
    for (let place = first; place < last; place++) {
      const gap = prices[place + 1]! - prices[place]!;
      if (gap > largest) {
        largest = gap;
        at = place;
      }
    }
    this.split(prices, first, at, atr);
    this.split(prices, at + 1, last, atr);
  }

  private keep(prices: Float64Array, first: number, last: number): void {
    let sum = 0;
    for (let place = first; place <= last; place++) sum += prices[place]!;
    this.first[this.count] = first;
    this.last[this.count] = last;
    this.centers[this.count] = sum / (last - first + 1);
    this.spreads[this.count] = prices[last]! - prices[first]!;
    this.count++;
  }

  transfer(stream: StateStream): void {
    stream.numbers(this.first);
    stream.numbers(this.last);
    stream.numbers(this.centers);
    stream.numbers(this.spreads);
    this.count = stream.number(this.count);
    this.leastAtr = stream.number(this.leastAtr);
    this.mostAtr = stream.number(this.mostAtr);
  }
}
