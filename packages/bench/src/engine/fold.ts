import { createHash } from "node:crypto";
import { createEngine, type DetectorName, type Engine, plainView, type SymbolView } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";

/** `seconds` is wall time; `processorSeconds` is that of this thread, which a busy machine inflates less but counts coarsely. */
export interface Fold {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly hash: string;
}

/** Wall and processor time of a piece of work. */
export function measured(work: () => void): { readonly seconds: number; readonly processorSeconds: number } {
  const before = process.threadCpuUsage();
  const start = performance.now();
  work();
  const seconds = (performance.now() - start) / 1000;
  const used = process.threadCpuUsage(before);
  return { seconds, processorSeconds: (used.user + used.system) / 1e6 };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Hash of what the engine says at the end, and of how many events it gave on the way. */
export const hashOf = (engine: Engine, events: number): string => sha256(JSON.stringify([plainView(engine.view), events]));

/** Folds all candles into a new engine and measures the folding alone. */
export function foldAll(candles: readonly Candle[], needs: readonly DetectorName[]): Fold {
  const engine = createEngine("BTCUSDT", needs);
  let events = 0;
  const time = measured(() => {
    for (const candle of candles) {
      engine.update(candle);
      events += engine.events().length;
    }
  });
  return { ...time, hash: hashOf(engine, events) };
}

/** The same with the whole view read at every candle: what is computed on demand is then computed each time. */
export function foldAndRead(candles: readonly Candle[], needs: readonly DetectorName[]): Fold {
  const engine = createEngine("BTCUSDT", needs);
  let sum = 0;
  const time = measured(() => {
    for (const candle of candles) {
      engine.update(candle);
      const read = readEverything(engine.view);
      if (!Number.isNaN(read)) sum += read;
    }
  });
  return { ...time, hash: sha256(String(sum)) };
}

/** Every part of the view that is worked out when it is read, and a number of each indicator; lists copied for a reader are left out. */
function readEverything(view: SymbolView): number {
  const { structure, profile, dayProfile, bollinger, macd, oneHour, fourHours, oneDay } = view;
  let sum = view.ema9 + view.ema200 + view.sma200 + view.rsi14 + macd.histogram + view.directionalMovement.adx + view.atrPercentile;
  sum +=
    bollinger.widthPercentile + view.donchian.upper + view.stochastic.d + view.volumeMedian20 + view.atrMedian100 + view.regime.candles;
  sum += structure.trend + structure.range.position + structure.swingHigh.price + view.sweptHigh.bar + view.dailyVwap.upper2;
  sum += profile.poc + profile.vah + dayProfile.val + oneHour.ema50 + fourHours.ema50 + oneDay.ema50 + (view.deltaScore ?? 0);
  for (const block of view.orderBlocks) sum += block.top;
  for (const gap of view.fairValueGaps) sum += gap.top;
  for (const zone of view.zones) sum += zone.score + zone.top;
  return sum;
}
