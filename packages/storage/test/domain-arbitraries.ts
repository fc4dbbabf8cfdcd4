import { cycleIdOf } from "@winiswin/domain/cycle";
import { decimal, price, quantity, usdt } from "@winiswin/domain/decimal";
import type { OrderIntent } from "@winiswin/domain/order";
import { type Position, positionIdOf } from "@winiswin/domain/position";
import type { Signal } from "@winiswin/domain/signal";
import { exitReasons, type Trade } from "@winiswin/domain/trade";
import fc from "fast-check";

/** Plain decimal texts as an exchange writes them, down to 1e-12 and without exponent. */
const decimalText = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 0, max: 12 })).map(([digits, places]) => {
  const text = digits.toString().padStart(places + 1, "0");
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
});
const signedDecimalText = fc
  .tuple(fc.boolean(), decimalText)
  .map(([negative, text]) => (negative && !/^[0.]+$/.test(text) ? `-${text}` : text));

const priceValue = decimalText.map(price);
const quantityValue = decimalText.map(quantity);
const usdtValue = signedDecimalText.map(usdt);
const timeMs = fc.integer({ min: 1_500_000_000_000, max: 2_000_000_000_000 });
const maybeTimeMs = fc.option(timeMs, { nil: undefined });
const cycleId = fc.integer({ min: 1_700_000, max: 2_200_000 }).map((quarter) => cycleIdOf(quarter * 900_000));
const symbol = fc.stringMatching(/^[0-9A-Z]{1,12}USDT$/);
const direction = fc.constantFrom("long" as const, "short" as const);
const revision = fc.nat(50);
const float = fc.double({ min: 1e-9, max: 1e9, noNaN: true });

const intent: fc.Arbitrary<OrderIntent> = fc.record({
  bot: fc.constant("main"),
  positionId: fc.tuple(cycleId, symbol).map(([cycle, name]) => positionIdOf(cycle, name)),
  clientOrderId: fc.stringMatching(/^wsw-e0-[0-9a-f]{22}$/),
  symbol,
  direction,
  quantity: quantityValue,
  leverage: fc.integer({ min: 1, max: 125 }),
  signalPrice: priceValue,
  entryPrice: priceValue,
  stopPrice: priceValue,
  targetPrice: priceValue,
  notional: usdtValue,
  initialMargin: usdtValue,
  initialRisk: usdtValue,
  liquidationPrice: priceValue,
  exitTerms: fc.option(
    fc.record({
      tickSize: priceValue,
      stepSize: quantityValue,
      minQuantity: quantityValue,
      minNotional: usdtValue,
      takerFeeRate: decimalText.map(decimal),
      slippageRate: decimalText.map(decimal),
      secondMultiple: decimalText.map(decimal),
    }),
    { nil: undefined },
  ),
});

const facts = { intent, strategy: fc.string(), signalId: fc.string(), cycleId, createdAtMs: timeMs, version: fc.nat(1000) };
const filled = {
  ...facts,
  quantity: quantityValue,
  entryPrice: priceValue,
  filledAtMs: timeMs,
  openQuantity: quantityValue,
  stopLeg: fc.constantFrom("stopLoss" as const, "breakeven" as const, "trailing" as const),
  targets: fc.array(
    fc.record({
      tier: fc.constantFrom(1 as const, 2 as const),
      price: priceValue,
      quantity: quantityValue,
      revision,
      taken: fc.option(fc.record({ quantity: quantityValue, price: priceValue, atMs: timeMs }), { nil: undefined }),
    }),
    { maxLength: 3 },
  ),
  stopPrice: priceValue,
  targetPrice: priceValue,
  stopRevision: revision,
  targetRevision: revision,
  stopConfirmedAtMs: maybeTimeMs,
  missingSinceMs: maybeTimeMs,
};

export const anyPosition: fc.Arbitrary<Position> = fc.oneof(
  fc.record({ ...facts, state: fc.constant("entering" as const), sentAtMs: maybeTimeMs, missingSinceMs: maybeTimeMs }),
  fc.record({ ...filled, state: fc.constant("open" as const) }),
  fc.record({
    ...filled,
    state: fc.constant("closing" as const),
    closeCause: fc.constantFrom(...exitReasons),
    closeReason: fc.string(),
    closeRevision: revision,
  }),
);

export const anyTrade: fc.Arbitrary<Trade> = fc.record({
  bot: fc.constant("main"),
  positionId: fc.tuple(cycleId, symbol).map(([cycle, name]) => positionIdOf(cycle, name)),
  cycleId,
  symbol,
  strategy: fc.string(),
  direction,
  quantity: quantityValue,
  entryPrice: priceValue,
  exitPrice: priceValue,
  openedAtMs: timeMs,
  closedAtMs: timeMs,
  exitReason: fc.constantFrom(...exitReasons),
  exits: fc.option(
    fc.array(
      fc.record({ reason: fc.constantFrom(...exitReasons), price: priceValue, quantity: quantityValue, fee: usdtValue, atMs: timeMs }),
      { maxLength: 4 },
    ),
    { nil: undefined },
  ),
  mfeR: fc.option(
    fc.nat(9000).map((thousandths) => thousandths / 1000),
    { nil: undefined },
  ),
  maeR: fc.option(
    fc.nat(9000).map((thousandths) => 0 - thousandths / 1000),
    { nil: undefined },
  ),
  grossProfit: usdtValue,
  funding: usdtValue,
  fees: usdtValue,
  netProfit: usdtValue,
  initialRisk: usdtValue,
  rMultiple: fc.integer({ min: -50_000, max: 50_000 }).map((thousandths) => thousandths / 1000 + 0),
});

export const anySignal: fc.Arbitrary<Signal> = fc.record({
  signalId: fc.tuple(fc.constant("ictSmc"), symbol).map((parts) => parts.join("#")),
  cycleId,
  symbol,
  strategy: fc.constant("ictSmc"),
  direction,
  score: float,
  confidence: fc.double({ min: 0.01, max: 1, noNaN: true }),
  entryPrice: float,
  stopPrice: float,
  targetPrice: float,
  atr: float,
  atrPercent: float,
  medianAtrPercent: float,
  components: fc.array(fc.record({ name: fc.string(), value: float, weight: float, reason: fc.string() }), { maxLength: 5 }),
  reasons: fc.array(fc.string(), { maxLength: 4 }),
  facts: fc.constantFrom(
    {},
    { regime: { name: "trend" as const, direction: -1 as const } },
    { divergences: { long: { fast: true, slow: false }, short: { fast: false, slow: true } } },
  ),
});
