import type { Candle } from "@winiswin/domain/candle";
import type { Timeframe } from "@winiswin/domain/timeframe";
import { detectorNames } from "../detector-name.ts";
import { createEngine } from "../engine.ts";
import type { EngineEvent } from "../event.ts";
import { ChartRecorder } from "./chart-recorder.ts";
import type { Inspection } from "./inspection.ts";
import { plainView } from "./plain-view.ts";

export interface InspectOptions {
  readonly symbol: string;
  /** Closed 15m candles, ascending; the last one is the one to look at. Some 800 and more let every 15m detector warm up. */
  readonly candles: readonly Candle[];
  /** Native histories of longer timeframes, where they are at hand; what follows the first 15m candle is not used twice. */
  readonly histories?: Partial<Record<Exclude<Timeframe, "15m">, readonly Candle[]>>;
  /** Candles on the chart, default 240. */
  readonly shownCandles?: number;
  /** Events in the list, default 60. */
  readonly lastEvents?: number;
}

/** Folds the candles into an engine with every detector and describes it at the last one. */
export function inspectSymbol({ symbol, candles, histories = {}, shownCandles = 240, lastEvents = 60 }: InspectOptions): Inspection {
  if (candles.length === 0) throw new RangeError(`there is no candle of ${symbol} to look at`);
  const engine = createEngine(symbol, detectorNames);
  const [first, ...rest] = candles as readonly [Candle, ...Candle[]];
  engine.bootstrap({ ...histories, "15m": [first] });
  const recorder = new ChartRecorder();
  const events: EngineEvent[] = [];
  rest.forEach((candle, index) => {
    if (!engine.update(candle).accepted) return;
    events.push(...engine.events());
    if (events.length > 4 * lastEvents) events.splice(0, events.length - lastEvents);
    recorder.take(engine.view, engine.events(), index >= rest.length - shownCandles);
  });
  return {
    symbol,
    at: new Date(engine.view.closeTimeMs).toISOString(),
    isWarm: engine.isWarm(),
    view: plainView(engine.view),
    events: events.slice(-lastEvents),
    chart: recorder.finish(engine.view),
  };
}
