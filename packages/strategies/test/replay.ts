import { createEngine } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { signOf } from "@winiswin/domain/direction";
import type { Strategy, StrategySignal } from "../src/strategy.ts";

/** One position of the replay, closed. */
export interface ReplayedTrade {
  readonly entryTimeMs: number;
  /** Candles in which it was open, the first and the last included. */
  readonly candles: number;
  /** Result before and after fees in multiples of the distance from the entry to the stop. */
  readonly grossR: number;
  readonly netR: number;
}

export interface Replay {
  readonly strategy: string;
  /** Closes at which the strategy gave a signal, in a position or not. */
  readonly signals: number;
  readonly longSignals: number;
  readonly trades: readonly ReplayedTrade[];
  /** Signals that the next open had already invalidated: at or beyond the stop or the target. */
  readonly missed: number;
}

interface OpenTrade {
  readonly signal: StrategySignal;
  readonly entryPrice: number;
  readonly entryIndex: number;
}

/** Follows one strategy through the candles: entry at the next open, stop before target within a candle, one position at a time. */
class StrategyReplay {
  readonly strategy: Strategy;
  private readonly parameters: unknown;
  private readonly feeRate: number;
  private readonly trades: ReplayedTrade[] = [];
  private signals = 0;
  private longSignals = 0;
  private missed = 0;
  private pending: StrategySignal | undefined;
  private open: OpenTrade | undefined;

  constructor(strategy: Strategy, feeRate: number) {
    this.strategy = strategy;
    this.parameters = strategy.parameters.parse({});
    this.feeRate = feeRate;
  }

  take(candle: Candle, index: number): void {
    if (this.pending !== undefined) this.enter(this.pending, candle, index);
    this.pending = undefined;
    if (this.open !== undefined) this.tryExit(this.open, candle, index);
  }

  judge(view: Parameters<Strategy["evaluate"]>[0]): void {
    const signal = this.strategy.evaluate(view, this.parameters);
    if (signal === undefined) return;
    this.signals++;
    if (signal.direction === "long") this.longSignals++;
    if (this.open === undefined) this.pending = signal;
  }

  private enter(signal: StrategySignal, candle: Candle, index: number): void {
    const sign = signOf(signal.direction);
    const isValid = (candle.open - signal.stopPrice) * sign > 0 && (targetOf(signal) - candle.open) * sign > 0;
    if (!isValid) this.missed++;
    else this.open = { signal, entryPrice: candle.open, entryIndex: index };
  }

  private tryExit(trade: OpenTrade, candle: Candle, index: number): void {
    const { signal, entryPrice, entryIndex } = trade;
    const sign = signOf(signal.direction);
    const targetPrice = targetOf(signal);
    const worst = sign === 1 ? candle.low : candle.high;
    const best = sign === 1 ? candle.high : candle.low;
    let exitPrice: number;
    // A candle that opens beyond the stop fills there, not at the stop.
    if ((worst - signal.stopPrice) * sign <= 0) {
      exitPrice = sign === 1 ? Math.min(candle.open, signal.stopPrice) : Math.max(candle.open, signal.stopPrice);
    } else if ((best - targetPrice) * sign >= 0) exitPrice = targetPrice;
    else return;
    const risk = Math.abs(entryPrice - signal.stopPrice);
    const grossR = ((exitPrice - entryPrice) * sign) / risk;
    const netR = grossR - (this.feeRate * (entryPrice + exitPrice)) / risk;
    this.trades.push({ entryTimeMs: candle.openTimeMs - (index - entryIndex) * 900_000, candles: index - entryIndex + 1, grossR, netR });
    this.open = undefined;
  }

  finish(): Replay {
    const { signals, longSignals, trades, missed } = this;
    return { strategy: this.strategy.name, signals, longSignals, trades, missed };
  }
}

/** The same default as in the evaluation of a cycle: twice the distance to the stop. */
const targetOf = (signal: StrategySignal): number => signal.targetPrice ?? signal.entryPrice + 2 * (signal.entryPrice - signal.stopPrice);

/** Replays all strategies over the candles of one symbol, each for itself, from one engine. */
export function replay(symbol: string, strategies: readonly Strategy[], candles: readonly Candle[], feeRate: number): readonly Replay[] {
  const engine = createEngine(symbol, [...new Set(strategies.flatMap(({ needs }) => needs))]);
  const replays = strategies.map((strategy) => new StrategyReplay(strategy, feeRate));
  candles.forEach((candle, index) => {
    if (!engine.update(candle).accepted) return;
    for (const one of replays) one.take(candle, index);
    if (engine.isWarm()) for (const one of replays) one.judge(engine.view);
  });
  return replays.map((one) => one.finish());
}
