import type { RegimeName } from "@winiswin/domain/signal-facts";
import type { CandleRing } from "./candle-ring.ts";
import type { EventLog } from "./event.ts";
import type { BollingerBands } from "./indicators/bollinger-bands.ts";
import type { DirectionalMovement } from "./indicators/directional-movement.ts";
import type { StateStream } from "./state-stream.ts";

export type { RegimeName };

/** What kind of market it is. */
export interface RegimeView {
  readonly name: RegimeName;
  /** Direction of a trend: 1 up, -1 down; 0 in every other regime. */
  readonly direction: -1 | 0 | 1;
  /** How many candles it has lasted. */
  readonly candles: number;
}

const names: readonly RegimeName[] = ["transition", "range", "trend", "squeeze", "volatile"];
const transition = 0;
const range = 1;
const trend = 2;
const squeeze = 3;
const volatile = 4;

const squeezePercentile = 15;
const volatilePercentile = 85;
const trendAdx = 25;
const rangeAdx = 20;
const candlesToChange = 3;

/** Volatile before squeeze before trend before range, else transition; a change must be seen on three candles in a row. */
export class Regime implements RegimeView {
  direction: -1 | 0 | 1 = 0;
  candles = 0;
  private current = -1;
  private proposed = -1;
  private proposedFor = 0;

  get name(): RegimeName {
    return names[Math.max(0, this.current)]!;
  }

  update(
    bands: BollingerBands,
    movement: DirectionalMovement,
    rangeRank: number,
    ema20: number,
    ema50: number,
    candles: CandleRing,
    log: EventLog,
  ): void {
    const before = this.current;
    const seen = classify(bands.widthPercentile, rangeRank, movement, ema20, ema50);
    this.candles++;
    if (seen === this.current || this.current < 0) {
      if (this.current < 0 && !Number.isNaN(rangeRank)) this.change(seen, ema20, ema50);
      this.proposedFor = 0;
    } else if (seen !== this.proposed) {
      this.proposed = seen;
      this.proposedFor = 1;
    } else if (++this.proposedFor >= candlesToChange) {
      this.change(seen, ema20, ema50);
      this.candles = candlesToChange;
      this.proposedFor = 0;
    }
    if (this.current === trend && seen === trend) this.direction = ema20 > ema50 ? 1 : -1;
    if (this.current === before) return;
    const close = candles.close[candles.bar & candles.mask]!;
    log.record(
      "regime.changed",
      candles.timeframe,
      this.direction === -1 ? -1 : 1,
      candles.bar * candles.durationMs,
      close,
      close,
      this.name,
    );
  }

  private change(to: number, ema20: number, ema50: number): void {
    this.current = to;
    this.candles = 1;
    this.direction = to === trend ? (ema20 > ema50 ? 1 : -1) : 0;
  }

  transfer(stream: StateStream): void {
    this.direction = stream.number(this.direction) as -1 | 0 | 1;
    this.candles = stream.number(this.candles);
    this.current = stream.number(this.current);
    this.proposed = stream.number(this.proposed);
    this.proposedFor = stream.number(this.proposedFor);
  }
}

function classify(widthRank: number, rangeRank: number, movement: DirectionalMovement, ema20: number, ema50: number): number {
  if (rangeRank >= volatilePercentile) return volatile;
  if (widthRank <= squeezePercentile) return squeeze;
  const isDirected = ema20 !== ema50 && ema20 > ema50 === movement.plusDi > movement.minusDi;
  if (movement.adx >= trendAdx && isDirected) return trend;
  return movement.adx < rangeAdx ? range : transition;
}
