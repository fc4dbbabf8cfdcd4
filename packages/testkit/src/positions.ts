import type { ExchangePosition, ProtectionReport } from "@winiswin/application/ports/order-gateway";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { decimal, price, quantity, usdt } from "@winiswin/domain/decimal";
import type { ExitTerms } from "@winiswin/domain/exit/exit-terms";
import { clientOrderIdOf, exitSideOf, type OrderIntent } from "@winiswin/domain/order";
import { type OpenPosition, positionIdOf } from "@winiswin/domain/position";

const cycleId = cycleIdOf(Date.UTC(2026, 10, 21, 10, 15));

/** Long 0.02 BTC at 50,000, stop 1 % below, target 2 % above, 10 USDT at risk. */
export function anIntent(over: Partial<OrderIntent> = {}): OrderIntent {
  const symbol = over.symbol ?? "BTCUSDT";
  const bot = over.bot ?? "main";
  const positionId = over.positionId ?? positionIdOf(cycleId, symbol);
  return {
    bot,
    positionId,
    clientOrderId: clientOrderIdOf(bot, positionId, "entry", 0),
    symbol,
    direction: "long",
    quantity: quantity("0.02"),
    leverage: 5,
    signalPrice: price("50000"),
    entryPrice: price("50000"),
    stopPrice: price("49500"),
    targetPrice: price("51000"),
    notional: usdt("1000"),
    initialMargin: usdt("200"),
    initialRisk: usdt("10"),
    liquidationPrice: price("40200"),
    exitTerms: someExitTerms(),
    ...over,
  };
}

/** Like those of BTCUSDT, in no trend. */
export const someExitTerms = (over: Partial<ExitTerms> = {}): ExitTerms => ({
  tickSize: price("0.1"),
  stepSize: quantity("0.001"),
  minQuantity: quantity("0.001"),
  minNotional: usdt("5"),
  takerFeeRate: decimal("0.0005"),
  slippageRate: decimal("0.0005"),
  secondMultiple: decimal("1.5"),
  ...over,
});

/** The same, filled and protected. */
export function anOpenPosition(symbol = "BTCUSDT", over: Partial<OpenPosition> = {}): OpenPosition {
  const filledAtMs = Date.UTC(2026, 10, 21, 10, 15, 5);
  return {
    state: "open",
    intent: anIntent({ symbol }),
    strategy: "ict-smc",
    signalId: `ict-smc#${symbol}`,
    cycleId,
    createdAtMs: filledAtMs - 1000,
    version: 3,
    quantity: quantity("0.02"),
    openQuantity: quantity("0.02"),
    entryPrice: price("50000"),
    filledAtMs,
    stopPrice: price("49500"),
    stopLeg: "stopLoss",
    targetPrice: price("51000"),
    targets: [{ tier: 2, price: price("51000"), quantity: quantity("0.02"), revision: 1, taken: undefined }],
    stopRevision: 1,
    targetRevision: 1,
    stopConfirmedAtMs: filledAtMs + 500,
    missingSinceMs: undefined,
    ...over,
  };
}

/** The same as the exchange has it, 5 USDT in profit. */
export const anExchangePosition = (symbol = "BTCUSDT", over: Partial<ExchangePosition> = {}): ExchangePosition => ({
  symbol,
  direction: "long",
  quantity: quantity("0.02"),
  entryPrice: price("50000"),
  markPrice: price("50250"),
  unrealisedProfit: usdt("5"),
  liquidationPrice: price("40200"),
  notional: usdt("1005"),
  ...over,
});

/** The orders that protect it. */
export const someProtections = (symbol = "BTCUSDT"): readonly ProtectionReport[] =>
  (["stopLoss", "takeProfit"] as const).map((leg) => ({
    clientOrderId: clientOrderIdOf("main", positionIdOf(cycleId, symbol), leg, 1),
    symbol,
    leg,
    side: exitSideOf("long"),
    triggerPrice: price(leg === "stopLoss" ? "49500" : "51000"),
    closePosition: leg === "stopLoss",
    quantity: leg === "stopLoss" ? undefined : quantity("0.02"),
    status: "new",
    spawnedOrderId: undefined,
  }));
