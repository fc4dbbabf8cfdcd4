import { decimal, price, quantity, usdt } from "@winiswin/domain/decimal";
import type { Instrument } from "@winiswin/domain/instrument";
import type { OrderIntent } from "@winiswin/domain/order";
import { type RiskApproved, type RiskContext, reviewOrder } from "@winiswin/domain/risk";

/** An intent that passed the real risk review, which is the only way to one. */
export function approvedEntry(
  changes: Partial<OrderIntent> = {},
  market: { instrument?: Instrument; nowMs?: number } = {},
): RiskApproved<OrderIntent> {
  const intent: OrderIntent = {
    bot: "main",
    positionId: "main#BTCUSDT",
    clientOrderId: "wsw-e0-1",
    symbol: "BTCUSDT",
    direction: "long",
    quantity: quantity("0.01"),
    leverage: 5,
    signalPrice: price("62000"),
    entryPrice: price("62000"),
    stopPrice: price("60000"),
    targetPrice: price("65000"),
    notional: usdt("620"),
    initialMargin: usdt("124"),
    initialRisk: usdt("21"),
    liquidationPrice: price("50000"),
    ...changes,
  };
  const nowMs = market.nowMs ?? Date.parse("2024-03-01T00:15:05.000Z");
  const context: RiskContext = {
    nowMs,
    cycleCloseTimeMs: nowMs - 5_000,
    tradingEnabled: true,
    haltReason: undefined,
    instrument: market.instrument ?? plainInstrument(intent.symbol),
    bidPrice: intent.entryPrice,
    askPrice: intent.entryPrice,
    equity: usdt("10000"),
    availableBalance: usdt("10000"),
    openSymbols: new Set(),
    frozenSymbols: new Set(),
    grossNotional: usdt("0"),
    limits: {
      maximumPositions: 3,
      maximumCycleAgeMs: 60_000,
      minimumListingAgeDays: 0,
      maximumSpreadPercent: decimal("1"),
      maximumEntryDriftFraction: decimal("1"),
      maximumGrossExposure: decimal("10"),
    },
  };
  const verdict = reviewOrder(intent, context);
  if (verdict.verdict === "refused") throw new Error(verdict.refusals.map(({ reason }) => reason).join("; "));
  return verdict.value;
}

const plainInstrument = (symbol: string): Instrument => ({
  symbol,
  baseAsset: symbol.replace("USDT", ""),
  quoteAsset: "USDT",
  marginAsset: "USDT",
  contractType: "PERPETUAL",
  underlyingType: "COIN",
  status: "TRADING",
  onboardTimeMs: 0,
  tickSize: price("0.1"),
  minPrice: price("0.1"),
  maxPrice: price("1000000"),
  stepSize: quantity("0.001"),
  minQuantity: quantity("0.001"),
  maxMarketQuantity: quantity("100"),
  minNotional: usdt("100"),
});
