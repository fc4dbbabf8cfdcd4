import type { Candle } from "@winiswin/domain/candle";
import { CandleRing } from "../src/candle-ring.ts";
import { type EngineEvent, EventLog } from "../src/event.ts";

/** Open, high, low, close and, where it matters, volume and taker buy volume. */
export type Shape = readonly [open: number, high: number, low: number, close: number, volume?: number, takerBuyVolume?: number];

export function candleOf(bar: number, [open, high, low, close, volume = 100, takerBuyVolume = Number.NaN]: Shape): Candle {
  return {
    openTimeMs: bar * 900_000,
    open,
    high,
    low,
    close,
    volume,
    quoteVolume: Number.NaN,
    tradeCount: Number.NaN,
    takerBuyVolume,
  };
}

/** A candle that opens and closes at these prices, with wicks of 0.5. */
export const body = (open: number, close: number): Shape => [open, Math.max(open, close) + 0.5, Math.min(open, close) - 0.5, close];

/** Candles whose closes follow the path from turn to turn, one unit a candle: swings of any wanted height. */
export function zigzag(turns: readonly number[]): Shape[] {
  const shapes: Shape[] = [];
  for (let index = 1; index < turns.length; index++) {
    const from = turns[index - 1]!;
    const to = turns[index]!;
    const step = Math.sign(to - from);
    for (let price = from; price !== to; price += step) shapes.push(body(price, price + step));
  }
  return shapes;
}

/** Folds hand-made candles into a ring and hands each to the detector under test. */
export class HandMade {
  readonly ring = new CandleRing("15m", 256);
  readonly log = new EventLog();
  readonly events: EngineEvent[] = [];
  private bar: number;

  constructor(firstBar = 1000) {
    this.bar = firstBar;
  }

  fold(shapes: readonly Shape[], update: (ring: CandleRing, log: EventLog) => void): void {
    for (const shape of shapes) {
      const candle = candleOf(this.bar, shape);
      this.log.begin(candle.openTimeMs + 900_000);
      this.ring.push(this.bar++, candle);
      update(this.ring, this.log);
      this.events.push(...this.log.events());
    }
  }

  skip(bars: number): void {
    this.bar += bars;
  }

  kinds(): string[] {
    return this.events.map(({ kind, direction }) => `${kind} ${direction}`);
  }
}
