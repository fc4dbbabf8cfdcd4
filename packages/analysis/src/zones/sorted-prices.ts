import type { StateStream } from "../state-stream.ts";

/** How many prices are held. */
export const heldPrices = 64;

/** Stands for no price and no gap, a gap smaller than any; as a parent it is above them all, and its upper child is the top. */
export const none = heldPrices;
const scratch = heldPrices + 1;

/**
 * Prices in ascending order, each in a slot that it keeps, and the gaps between neighbours as a tree.
 *
 * A gap is known by the slot of its lower price. It is the largest of the stretch of prices that it divides, its children are the largest
 * ones below and above it; of equal gaps any may be on top. So a price more or less changes the tree only along one way down.
 */
export class SortedPrices {
  readonly prices = new Float64Array(heldPrices);
  /** Neighbours; `none` has the highest below it and the lowest above it. */
  readonly higher = new Int32Array(heldPrices + 1).fill(none);
  readonly lower = new Int32Array(heldPrices + 1).fill(none);
  readonly gaps = new Float64Array(heldPrices + 1);
  /** Children of a gap. */
  readonly below = new Int32Array(heldPrices + 2).fill(none);
  readonly above = new Int32Array(heldPrices + 2).fill(none);
  /** Whether the stretch that a gap divides is still that of which somebody took note, and whether its reactions are. */
  readonly isNoted = new Uint8Array(heldPrices);
  readonly areReactionsNoted = new Uint8Array(heldPrices);
  /** Of equal prices the one that came later is the lower one. */
  private readonly arrivals = new Int32Array(heldPrices);
  private lastArrival = 0;

  constructor() {
    this.gaps[none] = -1;
  }

  /** Puts a price into a free slot. */
  insert(slot: number, price: number): void {
    const { prices, higher, lower, gaps, above } = this;
    prices[slot] = price;
    this.arrivals[slot] = ++this.lastArrival;
    const over = this.lowestNotBelow(price);
    const under = lower[over]!;
    higher[under] = slot;
    lower[over] = slot;
    higher[slot] = over;
    lower[slot] = under;
    if (under !== none && over !== none) this.divide(under, slot, price);
    else if (under !== none) {
      gaps[under] = price - prices[under]!;
      this.join(none, true, above[none]!, under, none);
    } else if (over !== none) {
      gaps[slot] = prices[over]! - price;
      this.join(none, true, none, slot, above[none]!);
    }
  }

  /** Takes the price out of a slot. */
  remove(slot: number): void {
    const { prices, higher, lower, gaps, above, below } = this;
    const under = lower[slot]!;
    const over = higher[slot]!;
    higher[under] = over;
    lower[over] = under;
    // The gaps on both sides become one, which may be larger than those above them.
    const isInside = under !== none && over !== none;
    const gap = isInside ? prices[over]! - prices[under]! : 0;
    let parent = none;
    let isAbove = true;
    let node = above[none]!;
    while (node !== none && node !== under && node !== slot && gaps[node]! >= gap) {
      this.forget(node);
      parent = node;
      isAbove = this.isBelow(node, slot);
      node = isAbove ? above[node]! : below[node]!;
    }
    this.part(node, slot, under);
    if (isInside) {
      gaps[under] = gap;
      below[under] = above[scratch]!;
      above[under] = below[scratch]!;
      this.forget(under);
      this.link(parent, isAbove, under);
    } else {
      this.link(parent, isAbove, under === none ? below[scratch]! : above[scratch]!);
    }
  }

  /** The reaction of a price has grown. */
  forgetReactions(slot: number): void {
    let node = this.above[none]!;
    while (node !== none) {
      this.areReactionsNoted[node] = 0;
      node = node !== slot && this.isBelow(node, slot) ? this.above[node]! : this.below[node]!;
    }
  }

  private lowestNotBelow(price: number): number {
    const { prices, higher, above, below } = this;
    let node = above[none]!;
    let first = higher[none]!;
    while (node !== none) {
      if (price <= prices[node]!) {
        node = below[node]!;
      } else {
        first = higher[node]!;
        node = above[node]!;
      }
    }
    // The stretch that is left is one price.
    return first === none || price <= prices[first]! ? first : higher[first]!;
  }

  /** A price falls into the gap above another one. */
  private divide(under: number, slot: number, price: number): void {
    const { prices, gaps, higher, above, below } = this;
    let parent = none;
    let isAbove = true;
    let node = above[none]!;
    while (node !== under) {
      this.forget(node);
      parent = node;
      isAbove = price > prices[node]!;
      node = isAbove ? above[node]! : below[node]!;
    }
    gaps[under] = price - prices[under]!;
    gaps[slot] = prices[higher[slot]!]! - price;
    this.join(scratch, true, none, slot, above[under]!);
    this.join(parent, isAbove, below[under]!, under, above[scratch]!);
  }

  /** Links the tree of a gap with what lies below and above it. */
  private join(parent: number, isAbove: boolean, lowerPart: number, gap: number, upperPart: number): void {
    const { gaps, above, below } = this;
    const size = gaps[gap]!;
    let low = lowerPart;
    let high = upperPart;
    let to = parent;
    let side = isAbove;
    while (true) {
      const lowSize = gaps[low]!;
      const highSize = gaps[high]!;
      const top = lowSize < size && highSize < size ? gap : lowSize >= highSize ? low : high;
      (side ? above : below)[to] = top;
      this.forget(top);
      if (top === gap) break;
      to = top;
      side = top === low;
      if (side) low = above[top]!;
      else high = below[top]!;
    }
    below[gap] = low;
    above[gap] = high;
  }

  /** Parts a tree at a price that goes, without the gaps on its two sides: what is below it hangs above `scratch`, what is above it below. */
  private part(top: number, slot: number, under: number): void {
    const { above, below } = this;
    let lowEnd = scratch;
    let highEnd = scratch;
    let node = top;
    above[scratch] = none;
    below[scratch] = none;
    while (node !== none) {
      this.forget(node);
      if (node === under) {
        above[lowEnd] = below[node]!;
        node = above[node]!;
      } else if (node === slot) {
        below[highEnd] = above[node]!;
        node = below[node]!;
      } else if (this.isBelow(node, slot)) {
        above[lowEnd] = node;
        lowEnd = node;
        node = above[node]!;
      } else {
        below[highEnd] = node;
        highEnd = node;
        node = below[node]!;
      }
    }
  }

  private isBelow(one: number, other: number): boolean {
    const difference = this.prices[one]! - this.prices[other]!;
    return difference < 0 || (difference === 0 && this.arrivals[one]! > this.arrivals[other]!);
  }

  private link(parent: number, isAbove: boolean, node: number): void {
    if (isAbove) this.above[parent] = node;
    else this.below[parent] = node;
  }

  private forget(node: number): void {
    this.isNoted[node] = 0;
    this.areReactionsNoted[node] = 0;
  }

  /** Slots in the order of their prices, lowest first. */
  slots(): number[] {
    const slots: number[] = [];
    for (let slot = this.higher[none]!; slot !== none; slot = this.higher[slot]!) slots.push(slot);
    return slots;
  }

  transfer(stream: StateStream): void {
    stream.numbers(this.prices);
    stream.numbers(this.higher);
    stream.numbers(this.lower);
    this.plant();
  }

  /** The tree follows from the prices; it is not the one that was, but differs in nothing that is asked. */
  private plant(): void {
    const { prices, above, arrivals } = this;
    const slots = this.slots();
    above[none] = none;
    this.lastArrival = slots.length;
    slots.forEach((slot, place) => {
      arrivals[slot] = slots.length - place;
      const under = this.lower[slot]!;
      if (under === none) return;
      this.gaps[under] = prices[slot]! - prices[under]!;
      this.join(none, true, above[none]!, under, none);
    });
  }
}
