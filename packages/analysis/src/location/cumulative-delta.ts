import type { CandleRing } from "../candle-ring.ts";
import type { StateStream } from "../state-stream.ts";
import { DeltaScore } from "./delta-score.ts";
import { barsPerDay } from "./volume-weighted-prices.ts";

const heldTotals = 64;

/**
 * Taker flow: delta = 2 x taker buy - volume, base asset. A candle whose taker flow is unknown makes the day's sum unknown until the next
 * UTC day; a day that was not seen from its start, or with a gap, is unknown too.
 */
export class CumulativeDelta {
  /** Delta of the last candle; NaN when unknown. */
  delta = Number.NaN;
  /** Sum since the start of the UTC day; NaN when unknown. */
  daily = Number.NaN;
  readonly score = new DeltaScore();
  /** First bar of the present run of known flow, -1 while unknown. */
  private knownSince = -1;
  /** Sum since the run of known flow began: only differences of it mean something. */
  private total = 0;
  private readonly totals = new Float64Array(heldTotals);

  update(candles: CandleRing): void {
    const { bar, mask } = candles;
    const volume = candles.volume[bar & mask]!;
    // Without a trade there is no flow, known or not.
    const delta = volume === 0 ? 0 : 2 * candles.takerBuyVolume[bar & mask]! - volume;
    this.delta = delta;
    this.score.update(delta);
    if (Number.isNaN(delta) || candles.run === 1) {
      this.knownSince = Number.isNaN(delta) ? -1 : bar;
      this.daily = Number.NaN;
      this.total = 0;
    } else if (this.knownSince < 0) {
      this.knownSince = bar;
    }
    if (bar % barsPerDay === 0) this.daily = delta;
    else this.daily += delta;
    if (this.knownSince < 0) return;
    this.total += delta;
    this.totals[bar & (heldTotals - 1)] = this.total;
  }

  /** The running sum at the close of an earlier bar, NaN when the flow was not known without a break since then. */
  totalAt(bar: number, lastBar: number): number {
    if (this.knownSince < 0 || bar < this.knownSince || lastBar - bar >= heldTotals) return Number.NaN;
    return this.totals[bar & (heldTotals - 1)]!;
  }

  /** Whether nothing was unknown from that bar on. */
  isKnownSince(bar: number): boolean {
    return this.knownSince >= 0 && this.knownSince <= bar;
  }

  transfer(stream: StateStream): void {
    this.delta = stream.number(this.delta);
    this.daily = stream.number(this.daily);
    this.score.transfer(stream);
    this.knownSince = stream.number(this.knownSince);
    this.total = stream.number(this.total);
    stream.numbers(this.totals);
  }
}
