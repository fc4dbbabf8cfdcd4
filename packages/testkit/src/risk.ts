import type { Candle } from "@winiswin/domain/candle";
import { decimal, price, quantity, usdt } from "@winiswin/domain/decimal";
import type { OrderIntent } from "@winiswin/domain/order";
import type { RiskContext, RiskLimits } from "@winiswin/domain/risk";
import { anInstrument } from "./instruments.ts";

const closeTimeMs = Date.UTC(2026, 10, 21, 10, 15);

/** Long 0.052 BTC at 50,000 with the stop 1 % below: what the sizing makes of 10,000 USDT. */
export const anIntent = (over: Partial<OrderIntent> = {}): OrderIntent => ({
  bot: "main",
  positionId: "2026-11-21T10:15:00Z#BTCUSDT",
  clientOrderId: "wsw-e0-x",
  symbol: "BTCUSDT",
  direction: "long",
  quantity: quantity("0.052"),
  leverage: 8,
  signalPrice: price("50000"),
  entryPrice: price("50000.1"),
  stopPrice: price("49500"),
  targetPrice: price("51000"),
  notional: usdt("2600"),
  initialMargin: usdt("325"),
  initialRisk: usdt("29.9"),
  liquidationPrice: price("44000"),
  ...over,
});

/** The defaults of the configuration. */
export const someRiskLimits = (over: Partial<RiskLimits> = {}): RiskLimits => ({
  maximumPositions: 3,
  maximumCycleAgeMs: 180_000,
  maximumClockOffsetMs: 2_000,
  minimumListingAgeDays: 30,
  delistingNoticeDays: 3,
  maximumSpreadPercent: decimal("0.2"),
  maximumEntryDriftFraction: decimal("0.25"),
  minimumStopCostMultiple: decimal("2"),
  maximumImpactFraction: decimal("0.15"),
  liquidationBufferFraction: decimal("0.3"),
  maximumGrossExposure: decimal("3"),
  maximumNetExposure: decimal("2"),
  maximumGroupExposure: decimal("2"),
  groupCorrelation: 0.7,
  minimumDayVolume: 5_000_000,
  maximumFundingPercent: 0.1,
  cooldownCandles: 2,
  stopLossGuard: { stops: 4, withinCandles: 24, pauseCandles: 12 },
  lowProfit: { trades: 3, maximumLossR: 1.5, pauseCandles: 96 },
  maximumDailyLossPercent: decimal("3"),
  maximumDrawdownPercent: decimal("15"),
  ...over,
});

/** A day of 15m candles up to the close: each close is the former one times 1 + its return. */
export function aDayOfCandles(
  untilMs: number,
  returnAt: (index: number) => number = (index) => Math.sin(index) / 500,
  quoteVolume = 1_000_000,
) {
  const candles: Candle[] = [];
  let close = 50_000;
  for (let index = 0; index < 96; index++) {
    const open = close;
    close = open * (1 + returnAt(index));
    candles.push({
      openTimeMs: untilMs - (96 - index) * 900_000,
      open,
      high: Math.max(open, close),
      low: Math.min(open, close),
      close,
      volume: quoteVolume / open,
      quoteVolume,
      tradeCount: 100,
      takerBuyVolume: quoteVolume / open / 2,
    });
  }
  return candles;
}

/** Nothing speaks against `anIntent` here: an account of 10,000 USDT, nothing open, a quiet and deep market. */
export const aRiskContext = (over: Partial<RiskContext> = {}): RiskContext => ({
  nowMs: closeTimeMs + 3_000,
  cycleCloseTimeMs: closeTimeMs,
  clockOffsetMs: 0,
  strategy: "ict-smc",
  tradingEnabled: true,
  haltReason: undefined,
  instrument: anInstrument(),
  bidPrice: price("50000"),
  askPrice: price("50000.1"),
  book: {
    bids: [{ price: price("50000"), quantity: quantity("10") }],
    asks: [{ price: price("50000.1"), quantity: quantity("10") }],
  },
  equity: usdt("10000"),
  availableBalance: usdt("10000"),
  exposures: [],
  frozenSymbols: new Set(),
  symbolBlocks: [],
  closedTrades: [],
  equityMarks: {
    day: "2026-11-21",
    dayStartEquity: usdt("10000"),
    dayLowestEquity: usdt("10000"),
    peakEquity: usdt("10000"),
    equity: usdt("10000"),
    atMs: closeTimeMs + 2_000,
  },
  dayCandles: new Map([["BTCUSDT", aDayOfCandles(closeTimeMs)]]),
  fundingRatePer8Hours: 0.0001,
  limits: someRiskLimits(),
  ...over,
});
