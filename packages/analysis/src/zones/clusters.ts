import type { StateStream } from "../state-stream.ts";
import { heldPivots } from "./pivots.ts";

/** Neighbours within 0.6 ATR belong together; a cluster wider than 1.2 ATR is split at its largest gap, of equals the middle one. */
const atrPerReach = 1 / 0.6;
const atrPerWidth = 1 / 1.2;
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
  /** Bar of the newest pivot of each cluster. */
  readonly newest = new Int32Array(heldPivots);
  count = 0;
  /** The partition is the same for every ATR from `leastAtr` (included) to `mostAtr` (excluded). */
  private leastAtr = 0;
  private mostAtr = 0;

  /** Whether clustering the same prices with this ATR would give the same clusters. */
  holdsFor(atr: number): boolean {
    return atr >= this.leastAtr && atr < this.mostAtr;
  }

  /** To be called when the prices are no longer those of the last time. */
  forget(): void {
    this.leastAtr = Number.POSITIVE_INFINITY;
  }

  find(prices: Float64Array, bars: Int32Array, count: number, atr: number): void {
    this.count = 0;
    this.leastAtr = 0;
    this.mostAtr = Number.POSITIVE_INFINITY;
    let start = 0;
    let least = 0;
    let most = Number.POSITIVE_INFINITY;
    for (let place = 1; place < count; place++) {
      // The ATR from which on these two belong together.
      const threshold = (prices[place]! - prices[place - 1]!) * atrPerReach;
      if (threshold <= atr) {
        if (threshold > least) least = threshold;
        continue;
      }
      if (threshold < most) most = threshold;
      this.split(prices, bars, start, place - 1, atr);
      start = place;
    }
    this.split(prices, bars, start, count - 1, atr);
    if (least > this.leastAtr) this.leastAtr = least;
    if (most < this.mostAtr) this.mostAtr = most;
  }

  private split(prices: Float64Array, bars: Int32Array, first: number, last: number, atr: number): void {
    if (last - first + 1 < fewestPivots) return;
    const threshold = (prices[last]! - prices[first]!) * atrPerWidth;
    if (threshold <= atr) {
      if (threshold > this.leastAtr) this.leastAtr = threshold;
      this.keep(prices, bars, first, last);
      return;
    }
    if (threshold < this.mostAtr) this.mostAtr = threshold;
    let at = first;
    let largest = -1;
    for (let place = first; place < last; place++) {
      const gap = prices[place + 1]! - prices[place]!;
      if (gap < largest) continue;
      // Of equal gaps the one nearest the middle: prices are whole ticks, so equals are common.
      if (gap === largest && Math.abs(first + last - 1 - 2 * place) >= Math.abs(first + last - 1 - 2 * at)) continue;
      largest = gap;
      at = place;
    }
    this.split(prices, bars, first, at, atr);
    this.split(prices, bars, at + 1, last, atr);
  }

  private keep(prices: Float64Array, bars: Int32Array, first: number, last: number): void {
    let sum = 0;
    let newest = -1;
    for (let place = first; place <= last; place++) {
      sum += prices[place]!;
      if (bars[place]! > newest) newest = bars[place]!;
    }
    this.newest[this.count] = newest;
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
    stream.numbers(this.newest);
    this.count = stream.number(this.count);
    this.leastAtr = stream.number(this.leastAtr);
    this.mostAtr = stream.number(this.mostAtr);
  }
}
