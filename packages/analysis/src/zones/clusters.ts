import type { StateStream } from "../state-stream.ts";
import type { Pivots } from "./pivots.ts";
import { heldPrices, none } from "./sorted-prices.ts";

/** Neighbours within 0.6 ATR belong together; a cluster wider than 1.2 ATR is split at its largest gap, of equals the middle one. */
const atrPerReach = 1 / 0.6;
const atrPerWidth = 1 / 1.2;

/**
 * One-dimensional DBSCAN over sorted prices (at least two to a cluster: then a cluster is a run of near neighbours), too wide clusters
 * split. The result holds while ATR stays between two bounds, so most candles need no clustering at all.
 *
 * Cutting between far neighbours and splitting at the largest gap both go down the same tree of gaps; ATR says how far.
 */
export class Clusters {
  /** Slots of the lowest and highest pivot of each cluster, lowest cluster first. */
  readonly first = new Int32Array(heldPrices);
  readonly last = new Int32Array(heldPrices);
  /** Mean price of the pivots of each cluster, and how far they lie apart. */
  readonly centers = new Float64Array(heldPrices);
  readonly spreads = new Float64Array(heldPrices);
  /** How many pivots each cluster has, and the bar of the newest. */
  readonly pivots = new Int32Array(heldPrices);
  readonly newest = new Int32Array(heldPrices);
  /** The gap that divides each cluster, `none` where it is not known. */
  readonly nodes = new Int32Array(heldPrices).fill(none);
  count = 0;
  /** The partition need not be found again for any ATR from `leastAtr` (included) to `mostAtr` (excluded). */
  private leastAtr = 0;
  private mostAtr = 0;
  /** Gaps whose upper part is still to be looked at, and the last place of that part. */
  private readonly pendingGaps = new Int32Array(heldPrices);
  private readonly pendingLasts = new Int32Array(heldPrices);
  /** Slots of a stretch, lowest first. */
  private readonly stretch = new Int32Array(heldPrices);
  /** What was found of the stretch that a gap divides. */
  private readonly notedCenters = new Float64Array(heldPrices + 1);
  private readonly notedNewest = new Int32Array(heldPrices + 1);
  private readonly notedPivots = new Int32Array(heldPrices + 1);
  /** For whoever measures reactions. */
  readonly notedReactions = new Float64Array(heldPrices + 1);

  /** Whether clustering the same prices with this ATR would give the same clusters. */
  holdsFor(atr: number): boolean {
    return atr >= this.leastAtr && atr < this.mostAtr;
  }

  /** To be called when the prices are no longer those of the last time. */
  forget(): void {
    this.leastAtr = Number.POSITIVE_INFINITY;
  }

  /** No cluster makes a zone wider than `widestInAtr`. */
  find(pivots: Pivots, atr: number, widestInAtr: number): void {
    this.walk(pivots, atr, false);
    if (!this.areApart(widestInAtr * this.mostAtr)) this.walk(pivots, atr, true);
  }

  /**
   * Goes down the tree as far as gaps are cut. A gap may be cut because it is too far across or because its stretch is too wide: the bounds
   * of ATR are those of the partition, or narrower ones within which each gap is cut for the same reason.
   */
  private walk(pivots: Pivots, atr: number, isReasonKept: boolean): void {
    const { pendingGaps, pendingLasts } = this;
    const { prices, gaps, below, above, higher, lower } = pivots.sorted;
    this.count = 0;
    let leastAtr = 0;
    let mostAtr = Number.POSITIVE_INFINITY;
    let first = higher[none]!;
    let depth = 1;
    pendingGaps[0] = none;
    pendingLasts[0] = lower[none]!;
    while (depth > 0) {
      let last = pendingLasts[--depth]!;
      let node = above[pendingGaps[depth]!]!;
      while (node !== none) {
        const gap = gaps[node]!;
        const under = below[node]!;
        // The ATR from which on neighbours across this gap belong together, and that from which on the stretch is not too wide.
        const reach = gap * atrPerReach;
        const width = (prices[last]! - prices[first]!) * atrPerWidth;
        if (reach <= atr && width <= atr) {
          leastAtr = larger(leastAtr, larger(reach, width));
          this.keep(pivots, node, first, last);
          break;
        }
        const isEqualled = gap === gaps[under]! || gap === gaps[above[node]!]!;
        const isRigid = isReasonKept || isEqualled;
        if (reach > atr) mostAtr = smaller(mostAtr, isRigid ? reach : larger(reach, width));
        else {
          mostAtr = smaller(mostAtr, width);
          if (isRigid) leastAtr = larger(leastAtr, reach);
          if (isEqualled) {
            this.leastAtr = leastAtr;
            this.mostAtr = mostAtr;
            this.splitEqual(pivots, first, last, atr);
            leastAtr = this.leastAtr;
            mostAtr = this.mostAtr;
            break;
          }
        }
        pendingGaps[depth] = node;
        pendingLasts[depth++] = last;
        last = node;
        node = under;
      }
      first = higher[last]!;
    }
    this.leastAtr = leastAtr;
    this.mostAtr = mostAtr;
  }

  /** Whether zones of at most this width overlap so little that each former one is itself again whenever the partition is found again. */
  private areApart(widest: number): boolean {
    const { centers, count } = this;
    // Half of the wider one: then they share less than half of the narrower one.
    const least = 0.5001 * widest;
    for (let index = 1; index < count; index++) {
      if (centers[index]! - centers[index - 1]! < least) return false;
    }
    return true;
  }

  /** Splits without the tree, which does not tell which of equal gaps is the middle one: prices are whole ticks, so equals are common. */
  private splitEqual(pivots: Pivots, first: number, last: number, atr: number): void {
    const { stretch } = this;
    let length = 0;
    stretch[length++] = first;
    for (let slot = first; slot !== last; stretch[length++] = slot) slot = pivots.sorted.higher[slot]!;
    this.split(pivots, 0, length - 1, atr);
  }

  private split(pivots: Pivots, first: number, last: number, atr: number): void {
    if (first === last) return;
    const { stretch } = this;
    const { prices } = pivots.sorted;
    const width = (prices[stretch[last]!]! - prices[stretch[first]!]!) * atrPerWidth;
    if (width <= atr) {
      if (width > this.leastAtr) this.leastAtr = width;
      this.keep(pivots, none, stretch[first]!, stretch[last]!);
      return;
    }
    if (width < this.mostAtr) this.mostAtr = width;
    let at = first;
    let largest = -1;
    for (let place = first; place < last; place++) {
      const gap = prices[stretch[place + 1]!]! - prices[stretch[place]!]!;
      if (gap < largest) continue;
      if (gap === largest && Math.abs(first + last - 1 - 2 * place) >= Math.abs(first + last - 1 - 2 * at)) continue;
      largest = gap;
      at = place;
    }
    this.split(pivots, first, at, atr);
    this.split(pivots, at + 1, last, atr);
  }

  /** Takes a stretch as a cluster; what was found of it before still holds when the gap that divides it was noted. */
  private keep({ bars, sorted }: Pivots, node: number, first: number, last: number): void {
    const { prices, higher, isNoted } = sorted;
    const index = this.count++;
    this.first[index] = first;
    this.last[index] = last;
    this.nodes[index] = node;
    this.spreads[index] = prices[last]! - prices[first]!;
    if (node === none || isNoted[node] === 0) {
      let sum = prices[first]!;
      let newest = bars[first]!;
      let count = 1;
      for (let slot = first; slot !== last; count++) {
        slot = higher[slot]!;
        sum += prices[slot]!;
        if (bars[slot]! > newest) newest = bars[slot]!;
      }
      this.notedCenters[node] = sum / count;
      this.notedNewest[node] = newest;
      this.notedPivots[node] = count;
      if (node !== none) isNoted[node] = 1;
    }
    this.centers[index] = this.notedCenters[node]!;
    this.newest[index] = this.notedNewest[node]!;
    this.pivots[index] = this.notedPivots[node]!;
  }

  transfer(stream: StateStream): void {
    stream.numbers(this.first);
    stream.numbers(this.last);
    stream.numbers(this.centers);
    stream.numbers(this.spreads);
    stream.numbers(this.pivots);
    stream.numbers(this.newest);
    // What was noted of gaps is not part of the state.
    this.nodes.fill(none);
    this.count = stream.number(this.count);
    this.leastAtr = stream.number(this.leastAtr);
    this.mostAtr = stream.number(this.mostAtr);
  }
}

/** Of two that are no NaN, for which Math.max and Math.min would look. */
function larger(one: number, other: number): number {
  if (one > other) return one;
  return other;
}

function smaller(one: number, other: number): number {
  if (one < other) return one;
  return other;
}
