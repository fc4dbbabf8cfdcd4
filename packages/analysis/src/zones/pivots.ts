import type { CandleRing } from "../candle-ring.ts";
import type { StateStream } from "../state-stream.ts";
import { isExtreme } from "../structure/extreme.ts";
import { heldPrices, none, SortedPrices } from "./sorted-prices.ts";

/** How many pivots a timeframe remembers. */
export const heldPivots = heldPrices;
const ageMask = heldPivots - 1;
const heldCandidates = 16;
const leastMoveInAtr = 0.7;
const barsToMoveAway = 10;

/**
 * Turning points from which price moved away by at least 0.7 ATR within 10 bars.
 *
 * A pivot counts from the bar at which both its strength and the move are known. Its reaction is the largest move away within 10 bars, in
 * ATR as of the bar that showed its strength, and grows until those 10 bars are over.
 */
export class Pivots {
  readonly strength: number;
  /** `bars` and `reactions` belong to the same slots. */
  readonly sorted = new SortedPrices();
  readonly bars = new Int32Array(heldPivots);
  readonly reactions = new Float64Array(heldPivots);
  count = 0;
  /** Slots in a ring, oldest first. */
  private readonly byAge = new Int32Array(heldPivots);
  private ageHead = 0;
  /** Whether this update added or dropped a pivot. */
  changed = false;
  /** Whether a reaction grew since somebody took note of it. */
  haveReactionsGrown = true;
  private readonly candidatePrices = new Float64Array(heldCandidates);
  private readonly candidateBars = new Int32Array(heldCandidates);
  private readonly candidateSigns = new Int32Array(heldCandidates);
  private readonly candidateAtrs = new Float64Array(heldCandidates);
  private readonly candidateMoves = new Float64Array(heldCandidates);
  /** Slot of a candidate that has become a pivot, else `none`. */
  private readonly candidateSlots = new Int32Array(heldCandidates);
  private candidates = 0;

  constructor(strength: number) {
    this.strength = strength;
  }

  update(candles: CandleRing, atr: number): void {
    this.changed = false;
    if (this.candidates > 0) this.follow(candles);
    const { strength } = this;
    if (candles.run <= 2 * strength) return;
    const bar = candles.bar - strength;
    if (isExtreme(candles.high, candles.mask, bar, strength, 1)) this.propose(bar, 1, candles, atr);
    if (isExtreme(candles.low, candles.mask, bar, strength, -1)) this.propose(bar, -1, candles, atr);
  }

  private follow(candles: CandleRing): void {
    const at = candles.bar & candles.mask;
    const high = candles.high[at]!;
    const low = candles.low[at]!;
    let kept = 0;
    for (let index = 0; index < this.candidates; index++) {
      if (candles.bar - this.candidateBars[index]! > barsToMoveAway) continue;
      if (kept !== index) this.moveCandidate(index, kept);
      this.measure(kept, high, low);
      kept++;
    }
    this.candidates = kept;
  }

  private propose(bar: number, sign: 1 | -1, candles: CandleRing, atr: number): void {
    if (!(atr > 0)) return;
    if (this.candidates === heldCandidates) {
      for (let index = 1; index < heldCandidates; index++) this.moveCandidate(index, index - 1);
      this.candidates--;
    }
    const at = this.candidates++;
    this.candidatePrices[at] = (sign === 1 ? candles.high : candles.low)[bar & candles.mask]!;
    this.candidateBars[at] = bar;
    this.candidateSigns[at] = sign;
    this.candidateAtrs[at] = atr;
    this.candidateMoves[at] = 0;
    this.candidateSlots[at] = none;
    for (let later = bar + 1; later <= candles.bar; later++) {
      this.measure(at, candles.high[later & candles.mask]!, candles.low[later & candles.mask]!);
    }
  }

  private measure(index: number, high: number, low: number): void {
    const price = this.candidatePrices[index]!;
    const away = (this.candidateSigns[index] === 1 ? price - low : high - price) / this.candidateAtrs[index]!;
    if (away <= this.candidateMoves[index]!) return;
    this.candidateMoves[index] = away;
    if (away < leastMoveInAtr) return;
    const bar = this.candidateBars[index]!;
    const slot = this.candidateSlots[index]!;
    if (slot === none) {
      this.candidateSlots[index] = this.keep(price, bar, away);
    } else if (this.bars[slot] === bar && this.sorted.prices[slot] === price) {
      this.reactions[slot] = away;
      this.sorted.forgetReactions(slot);
      this.haveReactionsGrown = true;
    }
  }

  private keep(price: number, bar: number, reaction: number): number {
    this.changed = true;
    const slot = this.count === heldPivots ? this.dropOldest() : this.count;
    this.bars[slot] = bar;
    this.reactions[slot] = reaction;
    this.sorted.insert(slot, price);
    this.queue(slot);
    return slot;
  }

  /** Frees a slot; of two pivots of one bar the lower one goes first. */
  private dropOldest(): number {
    const oldest = this.byAge[this.ageHead]!;
    this.ageHead = (this.ageHead + 1) & ageMask;
    this.count--;
    this.sorted.remove(oldest);
    return oldest;
  }

  /** Puts a slot among the others by its age: few came later and are older. */
  private queue(slot: number): void {
    const { byAge, ageHead } = this;
    let place = this.count++;
    for (; place > 0; place--) {
      const other = byAge[(ageHead + place - 1) & ageMask]!;
      if (!this.isOlder(slot, other)) break;
      byAge[(ageHead + place) & ageMask] = other;
    }
    byAge[(ageHead + place) & ageMask] = slot;
  }

  private isOlder(one: number, other: number): boolean {
    const { bars } = this;
    const { prices } = this.sorted;
    if (bars[one] !== bars[other]) return bars[one]! < bars[other]!;
    return prices[one] === prices[other] ? one > other : prices[one]! < prices[other]!;
  }

  private moveCandidate(from: number, to: number): void {
    this.candidatePrices[to] = this.candidatePrices[from]!;
    this.candidateBars[to] = this.candidateBars[from]!;
    this.candidateSigns[to] = this.candidateSigns[from]!;
    this.candidateAtrs[to] = this.candidateAtrs[from]!;
    this.candidateMoves[to] = this.candidateMoves[from]!;
    this.candidateSlots[to] = this.candidateSlots[from]!;
  }

  transfer(stream: StateStream): void {
    this.sorted.transfer(stream);
    stream.numbers(this.bars);
    stream.numbers(this.reactions);
    const count = stream.number(this.count);
    this.count = 0;
    while (this.count < count) this.queue(this.count);
    stream.numbers(this.candidatePrices);
    stream.numbers(this.candidateBars);
    stream.numbers(this.candidateSigns);
    stream.numbers(this.candidateAtrs);
    stream.numbers(this.candidateMoves);
    stream.numbers(this.candidateSlots);
    this.candidates = stream.number(this.candidates);
  }
}
