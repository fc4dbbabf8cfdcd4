import { CandleRing } from "@winiswin/analysis/candle-ring";
import { EventLog } from "@winiswin/analysis/event";
import { Swings } from "@winiswin/analysis/structure/swings";
import type { Candle } from "@winiswin/domain/candle";
import { type Direction, signOf } from "@winiswin/domain/direction";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import { durationMs } from "@winiswin/domain/timeframe";
import type { VirtualPosition } from "./virtual-position.ts";

/** What is known around the candles of a virtual position. */
export interface Sight {
  /** The consecutive candles before the entry, the last one being that of the signal: the swings come out of them. */
  readonly before: readonly Candle[];
  /** What the analysis sees at the last candle that is followed; undefined when nobody looks there. */
  readonly now: Pick<HeldView, "confidence" | "changedAgainstAtMs"> | undefined;
}

export const blind: Sight = { before: [], now: undefined };

/**
 * So many candles before the entry are looked at for swings: the ring of the engine holds them as long as a position is followed, so that the
 * swings do not depend on when somebody asks, unless nobody did for 50 hours.
 */
export const candlesBefore = 55;

/** As in the engine: swings of five candles on either side, ATR of 14. */
const swingStrength = 5;
const atrLength = 14;

/** Each candle with what the exit rules look at when it closes. */
export function* viewsOf(
  { symbol, direction, atr: atrAtSignal }: Pick<VirtualPosition, "symbol" | "direction" | "atr">,
  candles: readonly Candle[],
  { before, now }: Sight,
): Generator<{ readonly candle: Candle; readonly view: HeldView }> {
  const swingPriceAt = swingPrices(direction, [...before, ...candles], before.length);
  let atr = atrAtSignal;
  let previousClose = before.at(-1)?.close;
  for (const [index, candle] of candles.entries()) {
    const { high, low, close, openTimeMs } = candle;
    const range = Math.max(high, previousClose ?? high) - Math.min(low, previousClose ?? low);
    if (atr > 0) atr += (range - atr) / atrLength;
    previousClose = close;
    const changedAtMs = now?.changedAgainstAtMs;
    const isChanged = changedAtMs !== undefined && changedAtMs <= openTimeMs + durationMs("15m");
    const view: HeldView = {
      positionId: "",
      symbol,
      direction,
      closePrice: close,
      atr,
      get swingPrice() {
        return swingPriceAt(index);
      },
      confidence: index === candles.length - 1 ? now?.confidence : undefined,
      changedAgainstAtMs: isChanged ? changedAtMs : undefined,
    };
    yield { candle, view };
  }
}

/** The last confirmed swing behind the position at each close, worked out when the first is asked for: few positions come to trail. */
function swingPrices(direction: Direction, candles: readonly Candle[], firstIndex: number): (index: number) => number | undefined {
  let prices: readonly (number | undefined)[] | undefined;
  return (index) => {
    prices ??= allSwingPrices(direction, candles);
    return prices[firstIndex + index];
  };
}

function allSwingPrices(direction: Direction, candles: readonly Candle[]): readonly (number | undefined)[] {
  const ring = new CandleRing("15m", 16);
  const swings = new Swings(swingStrength);
  const log = new EventLog();
  const side = signOf(direction) === 1 ? swings.lows : swings.highs;
  return candles.map((candle) => {
    ring.push(candle.openTimeMs / ring.durationMs, candle);
    log.begin(candle.openTimeMs + ring.durationMs);
    // The ATR only names a swing (equal, higher, lower); where it lies does not depend on it.
    swings.update(ring, 0, log);
    return side.price > 0 ? side.price : undefined;
  });
}
