import { ExchangeError, type MarketData } from "@winiswin/application";
import type { Candle } from "@winiswin/domain/candle";
import type { Instrument } from "@winiswin/domain/instrument";
import { closeTimeOf, durationMs, openTimeOf, type Timeframe } from "@winiswin/domain/timeframe";
import { seededCandles } from "./candles.ts";
import { anInstrument } from "./instruments.ts";

/** A market of seeded candles; longer timeframes are aggregated from its 15m candles. Only what closed by the clock is given out. */
export class FakeMarket implements MarketData {
  readonly requests: string[] = [];
  /** Asked before each request for candles; an error is thrown instead of an answer. */
  faultAt: (symbol: string) => ExchangeError | undefined = () => undefined;
  /** How many of the newest candles are not there yet, per symbol. */
  readonly late = new Map<string, number>();
  private readonly candles: ReadonlyMap<string, readonly Candle[]>;

  constructor(symbols: readonly string[], startMs: number, count: number) {
    this.candles = new Map(
      symbols.map((symbol, index) => [symbol, seededCandles({ seed: index + 1, count, startMs, regimes: ["up", "down", "range"] })]),
    );
  }

  serverTimeMs = (): Promise<number> => Promise.reject(new ExchangeError("fatal", "the fake market has no clock"));
  usedWeight = () => undefined;
  dayVolumes = () => Promise.resolve([]);
  bookTop = (): never => {
    throw new ExchangeError("fatal", "the fake market has no book");
  };
  orderBook: MarketData["orderBook"] = () => Promise.reject(new ExchangeError("fatal", "the fake market has no book"));
  bookTops: MarketData["bookTops"] = () => Promise.reject(new ExchangeError("fatal", "the fake market has no book"));
  nextFunding: MarketData["nextFunding"] = () => Promise.reject(new ExchangeError("fatal", "the fake market has no funding"));
  extremesBetween: MarketData["extremesBetween"] = () => Promise.resolve([]);
  fundingRates: MarketData["fundingRates"] = () => Promise.reject(new ExchangeError("fatal", "the fake market has no funding"));

  instruments = (): Promise<readonly Instrument[]> => Promise.resolve([...this.candles.keys()].map((symbol) => anInstrument({ symbol })));

  async closedCandles(symbol: string, timeframe: Timeframe, limit: number, closedByMs: number): Promise<readonly Candle[]> {
    this.requests.push(`${symbol} ${timeframe} ${limit}`);
    const fault = this.faultAt(symbol);
    if (fault !== undefined) throw fault;
    const missing = this.late.get(symbol) ?? 0;
    const base = (this.candles.get(symbol) ?? []).filter(
      (candle) => closeTimeOf("15m", candle.openTimeMs) <= closedByMs - missing * durationMs("15m"),
    );
    return aggregate(base, timeframe).slice(-limit);
  }
}

function aggregate(candles: readonly Candle[], timeframe: Timeframe): readonly Candle[] {
  if (timeframe === "15m") return candles;
  const whole = durationMs(timeframe) / durationMs("15m");
  const parents = new Map<number, Candle[]>();
  for (const candle of candles) {
    const open = openTimeOf(timeframe, candle.openTimeMs);
    parents.set(open, [...(parents.get(open) ?? []), candle]);
  }
  const sum = (children: readonly Candle[], name: "volume" | "quoteVolume" | "tradeCount" | "takerBuyVolume") =>
    children.reduce((total, child) => total + child[name], 0);
  return [...parents]
    .filter(([, children]) => children.length === whole)
    .map(([openTimeMs, children]) => ({
      openTimeMs,
      open: children[0]!.open,
      high: Math.max(...children.map((child) => child.high)),
      low: Math.min(...children.map((child) => child.low)),
      close: children.at(-1)!.close,
      volume: sum(children, "volume"),
      quoteVolume: sum(children, "quoteVolume"),
      tradeCount: sum(children, "tradeCount"),
      takerBuyVolume: sum(children, "takerBuyVolume"),
    }));
}
