import type { CandleRing } from "../candle-ring.ts";
import type { StateStream } from "../state-stream.ts";
import { isExtreme } from "../structure/extreme.ts";

/** How many pivots a timeframe remembers. */
export const heldPivots = 64;
const heldCandidates = 16;
const leastMoveInAtr = 0.7;
const barsToMoveAway = 10;

/**
 * Turning points from which price moved away by at least 0.7 ATR within 10 bars, kept sorted by price.
 *
 * A pivot counts from the bar at which both its strength and the move are known. Its reaction is the largest move away within 10 bars, in
 * ATR as of the bar that showed its strength, and grows until those 10 bars are over.
 */
export class Pivots {
  readonly strength: number;
  /** Sorted by price; `bars` and `reactions` belong to the same places. */
  readonly prices = new Float64Array(heldPivots);
  readonly bars = new Int32Array(heldPivots);
  readonly reactions = new Float64Array(heldPivots);
  count = 0;
  /** Whether this update added or dropped a pivot. */
  changed = false;
  /** Whether a reaction grew since somebody took note of it. */
  haveReactionsGrown = true;
  private readonly candidatePrices = new Float64Array(heldCandidates);
  private readonly candidateBars = new Int32Array(heldCandidates);
  private readonly candidateSigns = new Int32Array(heldCandidates);
  private readonly candidateAtrs = new Float64Array(heldCandidates);
  private readonly candidateMoves = new Float64Array(heldCandidates);
  private readonly candidateKept = new Int32Array(heldCandidates);
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
    this.candidateKept[at] = 0;
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
    if (this.candidateKept[index] === 0) {
      this.candidateKept[index] = 1;
      this.insert(price, bar, away);
      return;
    }
    for (let place = this.firstNotBelow(price); place < this.count && this.prices[place] === price; place++) {
      if (this.bars[place] !== bar) continue;
      this.reactions[place] = away;
      this.haveReactionsGrown = true;
    }
  }

  private insert(price: number, bar: number, reaction: number): void {
    this.changed = true;
    if (this.count === heldPivots) this.dropOldest();
    const place = this.firstNotBelow(price);
    const { prices, bars, reactions } = this;
    for (let index = this.count; index > place; index--) {
      prices[index] = prices[index - 1]!;
      bars[index] = bars[index - 1]!;
      reactions[index] = reactions[index - 1]!;
    }
    prices[place] = price;
    bars[place] = bar;
    reactions[place] = reaction;
    this.count++;
  }

  private dropOldest(): void {
    const { prices, bars, reactions } = this;
    let oldest = 0;
    for (let index = 1; index < this.count; index++) if (bars[index]! < bars[oldest]!) oldest = index;
    for (let index = oldest + 1; index < this.count; index++) {
      prices[index - 1] = prices[index]!;
      bars[index - 1] = bars[index]!;
      reactions[index - 1] = reactions[index]!;
    }
    this.count--;
  }

  private firstNotBelow(price: number): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.prices[middle]! < price) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  private moveCandidate(from: number, to: number): void {
    this.candidatePrices[to] = this.candidatePrices[from]!;
    this.candidateBars[to] = this.candidateBars[from]!;
    this.candidateSigns[to] = this.candidateSigns[from]!;
    this.candidateAtrs[to] = this.candidateAtrs[from]!;
    this.candidateMoves[to] = this.candidateMoves[from]!;
    this.candidateKept[to] = this.candidateKept[from]!;
  }

  transfer(stream: StateStream): void {
    stream.numbers(this.prices);
    stream.numbers(this.bars);
    stream.numbers(this.reactions);
    this.count = stream.number(this.count);
    stream.numbers(this.candidatePrices);
    stream.numbers(this.candidateBars);
    stream.numbers(this.candidateSigns);
    stream.numbers(this.candidateAtrs);
    stream.numbers(this.candidateMoves);
    stream.numbers(this.candidateKept);
    this.candidates = stream.number(this.candidates);
  }
}
