import { type Candle, candleDefect } from "@winiswin/domain/candle";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { closeTimeOf, durationMs, type Timeframe } from "@winiswin/domain/timeframe";
import type { CandleRing } from "./candle-ring.ts";
import { completeNeeds, type DetectorName, warmupOf } from "./detector-name.ts";
import { Detectors } from "./detectors.ts";
import { type EngineEvent, EventLog } from "./event.ts";
import { LiveView } from "./live-view.ts";
import { openSnapshot, type Snapshot, sealSnapshot } from "./snapshot.ts";
import { StateReader, StateWriter } from "./state-stream.ts";
import type { SymbolView } from "./symbol-view.ts";

/** A refused candle changes nothing. */
export type UpdateOutcome = { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

/** The fold of one symbol: closed 15m candles in, view and events out. */
export interface Engine {
  readonly symbol: string;
  readonly view: SymbolView;
  /** Timeframes of the native histories that shorten the warm-up, 499 closed candles each. */
  bootstrapTimeframes(): readonly Timeframe[];
  /** Folds native histories into a new engine: closed candles, ascending; what the 15m history aggregates itself is not counted twice. */
  bootstrap(histories: Partial<Record<Timeframe, readonly Candle[]>>): void;
  /** Folds one closed 15m candle; dirty, duplicate and late ones are refused with the reason, a gap is accepted and starts a warming time. */
  update(candle: Candle): UpdateOutcome;
  /** The events of the last accepted candle. */
  events(): readonly EngineEvent[];
  lastCloseTimeMs(): number | undefined;
  /** Whether every declared detector is past its warm-up and healed of the last gap. */
  isWarm(): boolean;
  /** The whole state; `restoreEngine` continues from it to the bit. */
  save(): Uint8Array;
}

const accepted: UpdateOutcome = { accepted: true };
const barMs = durationMs("15m");

class SymbolEngine implements Engine {
  readonly symbol: string;
  readonly view: SymbolView;
  private readonly needs: readonly DetectorName[];
  private readonly detectors: Detectors;
  private readonly log = new EventLog();
  /** What each timeframe must have seen. */
  private readonly warmups: readonly { readonly candles: CandleRing; readonly needed: number; readonly childrenPerBar: number }[];

  constructor(symbol: string, needs: readonly DetectorName[]) {
    this.symbol = symbol;
    this.needs = completeNeeds(needs);
    this.detectors = new Detectors(this.needs);
    this.view = new LiveView(symbol, this.needs, this.detectors);
    this.warmups = [this.detectors.candles, ...this.detectors.higherTimeframes.map(({ candles }) => candles)].map((candles) => ({
      candles,
      needed: Math.max(0, ...this.needs.map(warmupOf).map((warmup) => (warmup.timeframe === candles.timeframe ? warmup.candles : 0))),
      childrenPerBar: candles.durationMs / barMs,
    }));
  }

  bootstrapTimeframes(): readonly Timeframe[] {
    return ["15m", ...this.detectors.higherTimeframes.map((higher) => higher.timeframe)];
  }

  bootstrap(histories: Partial<Record<Timeframe, readonly Candle[]>>): void {
    if (this.detectors.candles.seen > 0) throw new Error(`the engine of ${this.symbol} already holds candles`);
    const recent = histories["15m"] ?? [];
    const handoverMs = recent[0]?.openTimeMs ?? Number.POSITIVE_INFINITY;
    const lastCloseMs = recent.length === 0 ? handoverMs : closeTimeOf("15m", recent[recent.length - 1]!.openTimeMs);
    for (const higher of this.detectors.higherTimeframes) {
      const { timeframe } = higher;
      for (const candle of histories[timeframe] ?? []) {
        if (candleDefect(candle, timeframe) !== undefined) continue;
        const closeTimeMs = closeTimeOf(timeframe, candle.openTimeMs);
        this.log.begin(closeTimeMs);
        if (closeTimeMs <= handoverMs) higher.updateNative(candle, this.log);
        // The parent that the 15m history enters in the middle.
        else if (candle.openTimeMs < handoverMs && closeTimeMs <= lastCloseMs) higher.aggregator.startWith(candle);
      }
    }
    this.log.begin(0);
    for (const candle of recent) this.update(candle);
  }

  update(candle: Candle): UpdateOutcome {
    const bar = candle.openTimeMs / barMs;
    if (!isSound(candle) || bar !== Math.floor(bar)) {
      return { accepted: false, reason: candleDefect(candle, "15m") ?? "a price or volume is larger than any market's" };
    }
    const { detectors } = this;
    const lastBar = detectors.candles.bar;
    if (bar <= lastBar) {
      const relation = bar === lastBar ? "a duplicate of" : "older than";
      return { accepted: false, reason: `the candle of ${candle.openTimeMs} is ${relation} the last one, ${lastBar * barMs}` };
    }
    this.log.begin((bar + 1) * barMs);
    detectors.update(bar, candle, this.log);
    return accepted;
  }

  events(): readonly EngineEvent[] {
    return this.log.events();
  }

  lastCloseTimeMs(): number | undefined {
    const { bar } = this.detectors.candles;
    return bar < 0 ? undefined : (bar + 1) * barMs;
  }

  isWarm(): boolean {
    const { bar, healing } = this.detectors.candles;
    if (bar < 0 || healing > 0) return false;
    for (const { candles, needed, childrenPerBar } of this.warmups) {
      if (candles.seen < needed) return false;
      // Averages must forget a missing candle; candles as such have nothing to forget.
      if (needed > 1 && candles.healing > 0) return false;
      // A longer timeframe that lost its last parents speaks of the past.
      if (candles.bar + 1 !== Math.floor((bar + 1) / childrenPerBar)) return false;
    }
    return true;
  }

  save(): Uint8Array {
    const writer = new StateWriter();
    this.detectors.transfer(writer);
    return sealSnapshot({ symbol: this.symbol, needs: this.needs, words: writer.finish() });
  }

  /** Takes recorded state over; throws when its shape is not that of this engine. */
  read(words: Float64Array): void {
    const reader = new StateReader(words);
    this.detectors.transfer(reader);
    if (!reader.isExhausted()) throw new RangeError("the recorded state is longer than this engine");
  }
}

/** Squares of these can still be summed. */
const largestPrice = 1e15;
const largestVolume = 1e20;

/** `candleDefect` without its texts, since this runs for every candle; and no number so large that sums of squares overflow. */
function isSound(candle: Candle): boolean {
  const { open, high, low, close, volume } = candle;
  return (
    low > 0 &&
    high < largestPrice &&
    low <= open &&
    low <= close &&
    high >= open &&
    high >= close &&
    volume >= 0 &&
    volume < largestVolume &&
    !(candle.quoteVolume < 0) &&
    !(candle.takerBuyVolume < 0) &&
    !(candle.tradeCount < 0)
  );
}

/** A new engine that computes what is declared and what that builds on, and nothing else. */
export const createEngine = (symbol: string, needs: readonly DetectorName[]): Engine => new SymbolEngine(symbol, needs);

/** The engine that was saved, or why these bytes are not its state: corrupt, of another schema, symbol or composition. */
export function restoreEngine(symbol: string, needs: readonly DetectorName[], state: Uint8Array): Result<Engine, string> {
  const opened = openSnapshot(state);
  if (!opened.ok) return opened;
  const snapshot = opened.value;
  if (snapshot.symbol !== symbol) return failed(`the snapshot is of ${snapshot.symbol}, not of ${symbol}`);
  return engineOf(snapshot, needs);
}

/** The engine of an opened snapshot, or why it does not fit these needs. */
export function engineOf({ symbol, needs: held, words }: Snapshot, needs: readonly DetectorName[]): Result<Engine, string> {
  const wanted = completeNeeds(needs).join(",");
  if (held.join(",") !== wanted) return failed(`the snapshot of ${symbol} holds ${held.join(",")}, not ${wanted}`);
  const engine = new SymbolEngine(symbol, needs);
  try {
    engine.read(words);
  } catch (error) {
    if (error instanceof RangeError) return failed(`the snapshot of ${symbol} does not fit this engine: ${error.message}`);
    throw error;
  }
  return succeeded(engine);
}
