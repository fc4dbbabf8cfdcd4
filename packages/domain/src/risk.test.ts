import { anInstrument } from "@winiswin/testkit/instruments";
import { describe, expect, it } from "vitest";
import { decimal, price, quantity, usdt } from "./decimal.ts";
import type { OrderIntent } from "./order.ts";
import { type RefusalCode, type RiskApproved, type RiskContext, reviewOrder } from "./risk.ts";

const closeTimeMs = Date.UTC(2026, 10, 21, 10, 15);

const intent = (over: Partial<OrderIntent> = {}): OrderIntent => ({
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

const context = (over: Partial<RiskContext> = {}): RiskContext => ({
  nowMs: closeTimeMs + 3_000,
  cycleCloseTimeMs: closeTimeMs,
  tradingEnabled: true,
  haltReason: undefined,
  instrument: anInstrument(),
  bidPrice: price("50000"),
  askPrice: price("50000.1"),
  equity: usdt("10000"),
  availableBalance: usdt("10000"),
  openSymbols: new Set(),
  frozenSymbols: new Set(),
  grossNotional: usdt("0"),
  limits: {
    maximumPositions: 3,
    maximumCycleAgeMs: 180_000,
    minimumListingAgeDays: 30,
    maximumSpreadPercent: decimal("0.2"),
    maximumEntryDriftFraction: decimal("0.25"),
    maximumGrossExposure: decimal("3"),
  },
  ...over,
});

describe("reviewOrder", () => {
  it("approves what breaks no rule", () => {
    expect(reviewOrder(intent(), context()).verdict).toBe("approved");
  });

  it.each<[RefusalCode, Partial<RiskContext>, string]>([
    ["TRADING_DISABLED", { tradingEnabled: false }, "ENABLE_TRADING"],
    ["HALTED", { haltReason: "holiday" }, "holiday"],
    ["CYCLE_TOO_OLD", { nowMs: closeTimeMs + 181_000 }, "181 s"],
    ["NOT_TRADABLE", { instrument: anInstrument({ status: "SETTLING" }) }, "SETTLING"],
    ["NEW_LISTING", { instrument: anInstrument({ onboardTimeMs: closeTimeMs - 5 * 86_400_000 }) }, "5 days"],
    ["SYMBOL_FROZEN", { frozenSymbols: new Set(["BTCUSDT"]) }, "frozen"],
    ["SYMBOL_ALREADY_OPEN", { openSymbols: new Set(["BTCUSDT"]) }, "open already"],
    ["NO_FREE_SLOT", { openSymbols: new Set(["A", "B", "C"]) }, "3 of 3"],
    ["SPREAD_TOO_WIDE", { askPrice: price("50110"), bidPrice: price("50000") }, "0.219 %"],
    ["STOP_ALREADY_CROSSED", { bidPrice: price("49499"), askPrice: price("49500") }, "49500"],
    ["PRICE_MOVED_AWAY", { askPrice: price("50126"), bidPrice: price("50125") }, "126"],
    ["EXPOSURE_TOO_HIGH", { grossNotional: usdt("28000") }, "30600.00"],
    ["MARGIN_NOT_AVAILABLE", { availableBalance: usdt("300") }, "300.00"],
  ])("refuses with %s and says the figure", (code, over, said) => {
    const verdict = reviewOrder(intent(), context(over));
    if (verdict.verdict !== "refused") throw new Error("was approved");
    expect(verdict.refusals.map((refusal) => refusal.code)).toContain(code);
    expect(verdict.refusals.find((refusal) => refusal.code === code)?.reason).toContain(said);
  });

  it("names every reason, not only the first", () => {
    const verdict = reviewOrder(intent(), context({ tradingEnabled: false, haltReason: "test" }));
    expect(verdict).toMatchObject({ refusals: [{ code: "TRADING_DISABLED" }, { code: "HALTED" }] });
  });

  it("does not let an intent that skipped the review compile", () => {
    const place = (approved: RiskApproved<OrderIntent>) => approved.symbol;
    // @ts-expect-error an intent that was not reviewed is not approved
    expect(place(intent())).toBe("BTCUSDT");
  });
});
