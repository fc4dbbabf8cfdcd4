import { asUsdt, decimal, notionalOf, type Price, price, quantity, usdt } from "@winiswin/domain/decimal";
import { type Instrument, quantizeQuantity, roundPrice } from "@winiswin/domain/instrument";
import { clientOrderIdOf, type OrderIntent } from "@winiswin/domain/order";
import { type RiskApproved, reviewOrder } from "@winiswin/domain/risk";
import { aRiskContext, someRiskLimits } from "@winiswin/testkit/risk";

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
    // Far beyond any stop, whichever side it is on.
    liquidationPrice: price(changes.direction === "short" ? "1000000000" : "0.00000001"),
    ...changes,
  };
  const nowMs = market.nowMs ?? Date.parse("2024-03-01T00:15:05.000Z");
  const context = aRiskContext({
    nowMs,
    cycleCloseTimeMs: nowMs - 5_000,
    instrument: market.instrument ?? plainInstrument(intent.symbol),
    bidPrice: intent.entryPrice,
    askPrice: intent.entryPrice,
    book: {
      bids: [{ price: intent.entryPrice, quantity: intent.quantity }],
      asks: [{ price: intent.entryPrice, quantity: intent.quantity }],
    },
    limits: someRiskLimits({
      maximumSpreadPercent: decimal("1"),
      maximumEntryDriftFraction: decimal("1"),
      maximumGrossExposure: decimal("10"),
      minimumDayVolume: 0,
      minimumListingAgeDays: 0,
      liquidationBufferFraction: decimal("0"),
      minimumStopCostMultiple: decimal("0"),
      maximumImpactFraction: decimal("1"),
      maximumNetExposure: decimal("10"),
      maximumGroupExposure: decimal("10"),
    }),
  });
  const verdict = reviewOrder(intent, context);
  if (verdict.verdict === "refused") throw new Error(verdict.refusals.map(({ reason }) => reason).join("; "));
  return verdict.value;
}

/** A long of about 200 USDT at the ask, with a stop 5 % below and a target 5 % above. */
export function approvedLong(positionId: string, instrument: Instrument, askPrice: Price, nowMs: number): RiskApproved<OrderIntent> {
  const quantity = quantizeQuantity(instrument, usdt("200").div(askPrice));
  const notional = notionalOf(quantity, askPrice);
  return approvedEntry(
    {
      positionId,
      clientOrderId: clientOrderIdOf("main", positionId, "entry", 0),
      symbol: instrument.symbol,
      quantity,
      signalPrice: askPrice,
      entryPrice: askPrice,
      stopPrice: roundPrice(instrument, askPrice.times(decimal("0.95")), "up"),
      targetPrice: roundPrice(instrument, askPrice.times(decimal("1.05")), "down"),
      notional,
      initialMargin: asUsdt(notional.div(decimal("5"))),
    },
    { instrument, nowMs },
  );
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
