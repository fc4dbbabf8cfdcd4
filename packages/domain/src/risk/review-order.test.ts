import { anInstrument } from "@winiswin/testkit/instruments";
import { someExitTerms } from "@winiswin/testkit/positions";
import { aDayOfCandles, anIntent, aRiskContext, someRiskLimits } from "@winiswin/testkit/risk";
import { describe, expect, it } from "vitest";
import { decimal, price, quantity, usdt } from "../decimal.ts";
import type { OrderIntent } from "../order.ts";
import { protections, type RefusalCode, type RiskApproved, type RiskContext, reviewOrder } from "../risk.ts";
import type { ClosedTrade } from "./closed-trade.ts";

const { cycleCloseTimeMs: closeTimeMs } = aRiskContext();
const minuteMs = 60_000;

const closed = (minutesAgo: number, over: Partial<ClosedTrade> = {}): ClosedTrade => ({
  symbol: "BTCUSDT",
  closedAtMs: closeTimeMs + 3_000 - minutesAgo * minuteMs,
  exitReason: "takeProfit",
  rMultiple: 1,
  ...over,
});
const stopped = (minutesAgo: number, over: Partial<ClosedTrade> = {}): ClosedTrade =>
  closed(minutesAgo, { symbol: "ETHUSDT", exitReason: "stopLoss", rMultiple: -1, ...over });
const openLong = (symbol: string, notional: string) => ({ symbol, direction: "long" as const, notional: usdt(notional) });
const marks = (over: Partial<NonNullable<RiskContext["equityMarks"]>>) => ({ ...aRiskContext().equityMarks!, ...over });

function reasonFor(code: RefusalCode, context: RiskContext, intent: OrderIntent = anIntent()): string | undefined {
  const verdict = reviewOrder(intent, context);
  return verdict.verdict === "approved" ? undefined : verdict.refusals.find((refusal) => refusal.code === code)?.reason;
}

describe("reviewOrder", () => {
  it("approves what breaks no rule", () => {
    expect(reviewOrder(anIntent(), aRiskContext())).toEqual({ verdict: "approved", value: anIntent() });
  });

  it.each<[RefusalCode, Partial<RiskContext>, string]>([
    ["TRADING_DISABLED", { tradingEnabled: false }, "ENABLE_TRADING"],
    ["HALTED", { haltReason: "holiday" }, "holiday"],
    ["CYCLE_TOO_OLD", { nowMs: closeTimeMs + 181_000 }, "181 s"],
    ["CLOCK_OFF", { clockOffsetMs: 2_500 }, "2.5 s behind"],
    ["CLOCK_OFF", { clockOffsetMs: -7_000 }, "7.0 s ahead of"],
    ["CLOCK_OFF", { clockOffsetMs: undefined }, "not known"],
    ["MAXIMUM_DRAWDOWN", { equityMarks: marks({ peakEquity: usdt("12000") }) }, "16.66 % below its peak of 12000.00"],
    ["MAXIMUM_DAILY_LOSS", { equityMarks: marks({ dayLowestEquity: usdt("9700") }) }, "3.00 % below the 10000.00"],
    ["STOP_LOSS_GUARD", { closedTrades: [stopped(200), stopped(150), stopped(90), stopped(20)] }, "another 2 h 40 min"],
    ["NOT_TRADABLE", { instrument: anInstrument({ status: "SETTLING" }) }, "SETTLING"],
    ["DELISTING", { instrument: anInstrument({ deliveryTimeMs: closeTimeMs + 2 * 86_400_000 }) }, "in 2.0 days"],
    ["NEW_LISTING", { instrument: anInstrument({ onboardTimeMs: closeTimeMs - 5 * 86_400_000 }) }, "5 days"],
    ["SYMBOL_FROZEN", { frozenSymbols: new Set(["BTCUSDT"]) }, "frozen"],
    ["SYMBOL_ALREADY_OPEN", { exposures: [openLong("BTCUSDT", "100")] }, "open already"],
    ["COOLDOWN", { closedTrades: [closed(10)] }, "closed 10 min ago"],
    ["LOW_PROFIT_SYMBOL", { closedTrades: [100, 200, 300].map((ago) => closed(ago, { rMultiple: -0.6 })) }, "-1.80R together"],
    ["NO_FREE_SLOT", { exposures: ["A", "B", "C"].map((symbol) => openLong(symbol, "1")) }, "3 of 3"],
    ["DAY_VOLUME_UNKNOWN", { dayCandles: new Map() }, "not known"],
    ["DAY_VOLUME_TOO_LOW", { dayCandles: new Map([["BTCUSDT", aDayOfCandles(closeTimeMs, () => 0.001, 10_000)]]) }, "0.96 million"],
    ["FUNDING_TOO_HIGH", { fundingRatePer8Hours: 0.0011 }, "0.1100 %"],
    ["SPREAD_TOO_WIDE", { askPrice: price("50110"), bidPrice: price("50000") }, "0.219 %"],
    ["STOP_ALREADY_CROSSED", { bidPrice: price("49499"), askPrice: price("49500") }, "49500"],
    ["PRICE_MOVED_AWAY", { askPrice: price("50126"), bidPrice: price("50125") }, "126"],
    ["EXPOSURE_TOO_HIGH", { exposures: [openLong("A", "28000")] }, "30600.00"],
    ["NET_EXPOSURE_TOO_HIGH", { exposures: [openLong("A", "18000")] }, "20600.00"],
    ["GROUP_EXPOSURE_TOO_HIGH", { exposures: [openLong("A", "18000")] }, "with A, which move with it, would be 20600.00"],
    ["MARGIN_NOT_AVAILABLE", { availableBalance: usdt("300") }, "300.00"],
  ])("refuses with %s and says the figure", (code, over, said) => {
    expect(reasonFor(code, aRiskContext(over))).toContain(said);
  });

  it.each<[RefusalCode, Partial<OrderIntent>, string]>([
    ["EXCHANGE_FILTER", { quantity: quantity("0.0005") }, "outside 0.001 to 120"],
    ["EXCHANGE_FILTER", { quantity: quantity("121") }, "outside 0.001 to 120"],
    ["EXCHANGE_FILTER", { quantity: quantity("0.0525") }, "no multiple of the step"],
    ["EXCHANGE_FILTER", { targetPrice: price("51000.05") }, "no multiple of the tick"],
    ["EXCHANGE_FILTER", { targetPrice: price("1000000.1") }, "outside 0.1 to 1000000"],
    ["STOP_TOO_NEAR", { stopPrice: price("49860"), exitTerms: someExitTerms() }, "the stop is 140.1 away"],
    ["LIQUIDATION_TOO_NEAR", { liquidationPrice: price("49400") }, "the minimum is 150.03"],
  ])("refuses an order with %s that no sizing may produce", (code, over, said) => {
    expect(reasonFor(code, aRiskContext(), anIntent(over))).toContain(said);
  });

  it.each<[RefusalCode, Partial<RiskContext>]>([
    ["COOLDOWN", { closedTrades: undefined }],
    ["LOW_PROFIT_SYMBOL", { closedTrades: undefined }],
    ["STOP_LOSS_GUARD", { closedTrades: undefined }],
    ["MAXIMUM_DAILY_LOSS", { equityMarks: undefined }],
    ["MAXIMUM_DRAWDOWN", { equityMarks: undefined }],
    ["DAY_VOLUME_UNKNOWN", { dayCandles: new Map() }],
    ["FUNDING_TOO_HIGH", { fundingRatePer8Hours: undefined }],
    ["IMPACT_TOO_HIGH", { book: undefined }],
  ])("refuses with %s and says so when what it needs is not known", (code, over) => {
    expect(reasonFor(code, aRiskContext(over))).toContain("not known");
  });

  it("asks nothing about what is switched off", () => {
    const limits = someRiskLimits({
      cooldownCandles: 0,
      minimumDayVolume: 0,
      stopLossGuard: { stops: 0, withinCandles: 24, pauseCandles: 12 },
      lowProfit: { trades: 0, maximumLossR: 1, pauseCandles: 96 },
    });
    const context = aRiskContext({ limits, closedTrades: undefined, dayCandles: new Map() });
    expect(reviewOrder(anIntent(), context).verdict).toBe("approved");
  });

  it("names every reason, not only the first", () => {
    const verdict = reviewOrder(anIntent(), aRiskContext({ tradingEnabled: false, haltReason: "test" }));
    expect(verdict).toMatchObject({ refusals: [{ code: "TRADING_DISABLED" }, { code: "HALTED" }] });
  });

  it("has a code of its own for each rule", () => {
    expect(new Set(protections.map(({ code }) => code)).size).toBe(protections.length);
  });

  it("does not let an intent that skipped the review compile", () => {
    const place = (approved: RiskApproved<OrderIntent>) => approved.symbol;
    // @ts-expect-error an intent that was not reviewed is not approved
    expect(place(anIntent())).toBe("BTCUSDT");
  });
});

describe("a rest after losses", () => {
  it("ends by itself: the cooldown, the stop-loss guard and the low-profit rest", () => {
    expect(reasonFor("COOLDOWN", aRiskContext({ closedTrades: [closed(30)] }))).toBeUndefined();
    expect(reasonFor("STOP_LOSS_GUARD", aRiskContext({ closedTrades: [360, 300, 250, 181].map((ago) => stopped(ago)) }))).toBeUndefined();
    const old = [1_441, 1_500, 1_600].map((ago) => closed(ago, { rMultiple: -5 }));
    expect(reasonFor("LOW_PROFIT_SYMBOL", aRiskContext({ closedTrades: old }))).toBeUndefined();
  });

  it("counts neither stops that won nor stops that lie too far apart", () => {
    const won = [60, 50, 40, 30].map((ago) => stopped(ago, { rMultiple: 0.1 }));
    const targets = [60, 50, 40, 30].map((ago) => stopped(ago, { exitReason: "takeProfit" }));
    const apart = [400, 200, 100, 10].map((ago) => stopped(ago));
    for (const closedTrades of [won, targets, apart]) expect(reasonFor("STOP_LOSS_GUARD", aRiskContext({ closedTrades }))).toBeUndefined();
  });

  it("lasts for the day although the equity recovered, and not into the next", () => {
    const equityMarks = marks({ dayLowestEquity: usdt("9600"), equity: usdt("10100") });
    expect(reasonFor("MAXIMUM_DAILY_LOSS", aRiskContext({ equityMarks }))).toContain("9600.00");
    expect(reasonFor("MAXIMUM_DAILY_LOSS", aRiskContext({ equityMarks, nowMs: closeTimeMs + 86_400_000 }))).toBeUndefined();
  });

  it("of a symbol lets the others trade", () => {
    const closedTrades = [
      closed(5, { symbol: "ETHUSDT" }),
      ...[100, 200, 300].map((ago) => closed(ago, { symbol: "SOLUSDT", rMultiple: -2 })),
    ];
    expect(reviewOrder(anIntent(), aRiskContext({ closedTrades })).verdict).toBe("approved");
  });
});

describe("blocks of a symbol", () => {
  const block = { symbol: "BTCUSDT", strategy: undefined, reason: "too wild", by: "operator", atMs: 0, untilMs: undefined };

  it("keep out every strategy or one, until their end", () => {
    const until = { ...block, strategy: "ict-smc", untilMs: closeTimeMs + minuteMs };
    expect(reasonFor("SYMBOL_BLOCKED", aRiskContext({ symbolBlocks: [block] }))).toBe(
      "BTCUSDT is blocked by operator until it is lifted: too wild",
    );
    expect(reasonFor("SYMBOL_BLOCKED", aRiskContext({ symbolBlocks: [until] }))).toContain(
      "for ict-smc by operator until 2026-11-21T10:16",
    );
    for (const symbolBlocks of [[{ ...until, strategy: "rsi" }], [{ ...until, untilMs: closeTimeMs }], [{ ...block, symbol: "ETHUSDT" }]])
      expect(reasonFor("SYMBOL_BLOCKED", aRiskContext({ symbolBlocks }))).toBeUndefined();
  });
});

describe("exposure", () => {
  const up = (index: number) => Math.sin(index) / 500;
  const withCandles = (symbol: string, returnAt: (index: number) => number) =>
    new Map([
      ["BTCUSDT", aDayOfCandles(closeTimeMs, up)],
      [symbol, aDayOfCandles(closeTimeMs, returnAt)],
    ]);
  const group = (over: Partial<RiskContext>) => reasonFor("GROUP_EXPOSURE_TOO_HIGH", aRiskContext(over));

  it("groups what moves together, and what runs against each other in opposite directions", () => {
    const long = [openLong("ETHUSDT", "18000")];
    const short = [{ ...openLong("ETHUSDT", "18000"), direction: "short" as const }];
    expect(group({ exposures: long, dayCandles: withCandles("ETHUSDT", (index) => 2 * up(index)) })).toContain("ETHUSDT");
    expect(group({ exposures: short, dayCandles: withCandles("ETHUSDT", (index) => 2 * up(index)) })).toBeUndefined();
    expect(group({ exposures: short, dayCandles: withCandles("ETHUSDT", (index) => -up(index)) })).toContain("ETHUSDT");
    expect(group({ exposures: long, dayCandles: withCandles("ETHUSDT", (index) => Math.cos(index * 2.3) / 500) })).toBeUndefined();
  });

  it("counts the same direction as one group where the correlation is not known", () => {
    expect(group({ exposures: [openLong("ETHUSDT", "18000")] })).toContain("ETHUSDT");
    expect(group({ exposures: [{ ...openLong("ETHUSDT", "18000"), direction: "short" }] })).toBeUndefined();
  });

  it("lets an order pass that brings the account nearer to balance", () => {
    const exposures = [{ symbol: "ETHUSDT", direction: "short" as const, notional: usdt("25000") }];
    const limits = someRiskLimits({ maximumGrossExposure: decimal("10") });
    expect(reasonFor("NET_EXPOSURE_TOO_HIGH", aRiskContext({ exposures, limits }))).toBeUndefined();
    expect(reasonFor("NET_EXPOSURE_TOO_HIGH", aRiskContext({ exposures, limits }), anIntent({ direction: "short" }))).toContain(
      "-27600.00",
    );
  });
});

describe("the book", () => {
  const asks = (...levels: [string, string][]) => ({
    bids: [{ price: price("50000"), quantity: quantity("1") }],
    asks: levels.map(([at, amount]) => ({ price: price(at), quantity: quantity(amount) })),
  });
  const impact = (book: RiskContext["book"]) => reasonFor("IMPACT_TOO_HIGH", aRiskContext({ book }));

  it("is refused when filling the quantity costs more of the stop distance than allowed, or is not possible", () => {
    expect(impact(asks(["50000.1", "0.026"], ["50100", "0.026"]))).toBeUndefined();
    expect(impact(asks(["50000.1", "0.026"], ["50200", "0.026"]))).toContain("at 50100.05 on average costs 100 against the mid price");
    expect(impact(asks(["50000.1", "0.05"]))).toContain("hold less than the 0.052");
    expect(impact({ bids: [], asks: [] })).toContain("not known");
  });

  it("counts the funding that would be received as no cost", () => {
    expect(reasonFor("FUNDING_TOO_HIGH", aRiskContext({ fundingRatePer8Hours: -0.02 }))).toBeUndefined();
    expect(reasonFor("FUNDING_TOO_HIGH", aRiskContext({ fundingRatePer8Hours: -0.02 }), anIntent({ direction: "short" }))).toContain(
      "2.0000 %",
    );
  });

  it("takes the base volume at the close where a recording knows no quote volume", () => {
    const recorded = aDayOfCandles(closeTimeMs).map((candle) => ({ ...candle, quoteVolume: Number.NaN }));
    expect(reasonFor("DAY_VOLUME_TOO_LOW", aRiskContext({ dayCandles: new Map([["BTCUSDT", recorded]]) }))).toBeUndefined();
  });

  it("does not know the day's volume when a candle is missing or without volume", () => {
    const day = aDayOfCandles(closeTimeMs);
    const holed = [aDayOfCandles(closeTimeMs - 900_000)[0]!, ...day.slice(0, 50), ...day.slice(51)];
    const silent = day.map((candle, index) => (index === 7 ? { ...candle, volume: Number.NaN, quoteVolume: Number.NaN } : candle));
    for (const candles of [holed, silent, day.slice(1)])
      expect(reasonFor("DAY_VOLUME_UNKNOWN", aRiskContext({ dayCandles: new Map([["BTCUSDT", candles]]) }))).toContain("not known");
  });
});
