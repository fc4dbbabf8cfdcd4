import { decimal } from "@winiswin/domain/decimal";
import { describe, expect, test } from "vitest";
import { minuteMs } from "../src/market/candle-columns.ts";
import type { AccountEvent } from "../src/matching/account-event.ts";
import { placeAlgoOrder } from "../src/matching/algo-entry.ts";
import { Exchange } from "../src/matching/exchange.ts";
import { bracketAt } from "../src/matching/leverage-bracket.ts";
import { Market } from "../src/matching/market.ts";
import { placeOrder } from "../src/matching/order-entry.ts";
import { changeLeverage, changeMarginType } from "../src/matching/symbol-settings.ts";
import { ScriptedMarket, type ScriptedMinute, scriptedInstrument } from "./scripted-market.ts";

const symbol = "TESTUSDT";
const startMs = Date.UTC(2026, 10, 21, 10);
const flat: ScriptedMinute = [100, 100, 100, 100];
const fall: readonly ScriptedMinute[] = [flat, [100, 100, 96.8, 96.8], [96.8, 96.8, 96.8, 96.8]];
const crash: readonly ScriptedMinute[] = [flat, [90, 90, 90, 90]];

/** A hundred thousand USDT long, which lies in the third bracket, with the leverage of 20 that it allows. */
function largePosition(
  minutes: readonly ScriptedMinute[],
  marginType: "ISOLATED" | "CROSSED",
  balance: string,
  volume = 1_000_000,
): Exchange {
  const exchange = new Exchange(new Market(new ScriptedMarket(startMs, minutes, "0", volume)));
  exchange.open(decimal(balance), startMs);
  if (marginType === "ISOLATED") changeMarginType(exchange, symbol, "ISOLATED", startMs);
  changeLeverage(exchange, symbol, "20", startMs);
  placeOrder(
    exchange,
    { type: "MARKET", symbol, side: "BUY", quantity: decimal("1000"), reduceOnly: false, clientOrderId: undefined },
    startMs,
  );
  return exchange;
}

const steps = (exchange: Exchange) => [...exchange.state.orders.values()].filter((order) => order.clientOrderId.startsWith("autoclose-"));
const clearances = (exchange: Exchange) => exchange.state.incomes.filter(({ incomeType }) => incomeType === "INSURANCE_CLEAR");
const lost = (exchange: Exchange, balance: string) => decimal(balance).minus(decimal(exchange.state.account.walletBalance));

describe("a large position", () => {
  test.each(["ISOLATED", "CROSSED"] as const)(
    "%s: loses only as much as takes it into the next lower bracket, and lives on",
    (marginType) => {
      const exchange = largePosition(fall, marginType, marginType === "ISOLATED" ? "50000" : "5080");
      expect(bracketAt(scriptedInstrument, 100_000).bracket).toBe(3);
      exchange.advanceTo(startMs + 3 * minuteMs);

      const [step, ...more] = steps(exchange);
      expect(more).toEqual([]);
      expect(step).toMatchObject({ status: "FILLED", closePosition: false, reduceOnly: true });
      const rest = decimal(exchange.state.positions.get(symbol)!.quantity);
      expect(rest.plus(decimal(step!.quantity)).toFixed()).toBe("1000");
      const mark = exchange.market.markPrice(scriptedInstrument, step!.timeMs);
      const notional = Number(rest.times(mark).toFixed());
      expect(bracketAt(scriptedInstrument, notional).bracket).toBe(2);
      // One step of quantity more would still lie in the third.
      expect(bracketAt(scriptedInstrument, notional + 0.1 * Number(mark.toFixed())).bracket).toBe(3);
      // The clearance fee is charged on what was liquidated, not on what is left.
      const fee = decimal(step!.quantity).times(mark).times(decimal(scriptedInstrument.liquidationFee));
      expect(clearances(exchange).map(({ income }) => Number(income))).toEqual([expect.closeTo(-Number(fee.toFixed()), 6)]);
    },
  );

  test("of which an isolated wallet pays each step, and nothing else", () => {
    const exchange = largePosition(fall, "ISOLATED", "50000");
    const before = exchange.state.positions.get(symbol)!;
    const balanceBefore = decimal(exchange.state.account.walletBalance);
    exchange.advanceTo(startMs + 3 * minuteMs);
    const after = exchange.state.positions.get(symbol)!;
    const paid = decimal(before.isolatedWallet).minus(decimal(after.isolatedWallet));
    expect(paid.toFixed()).toBe(balanceBefore.minus(decimal(exchange.state.account.walletBalance)).toFixed());
  });

  test("goes step by step to the end where the market jumps beyond its margin, for its own wallet and not a cent more", () => {
    const exchange = largePosition(crash, "ISOLATED", "50000");
    const { isolatedWallet } = exchange.state.positions.get(symbol)!;
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(exchange.state.positions.size).toBe(0);
    expect(steps(exchange).map(({ closePosition }) => closePosition)).toEqual([false, false, true]);
    expect(steps(exchange).every(({ timeMs }) => timeMs === startMs + minuteMs)).toBe(true);
    const entryFee = exchange.state.trades[0]!.commission;
    expect(lost(exchange, "50000").toFixed()).toBe(decimal(isolatedWallet).plus(decimal(entryFee)).toFixed());
  });

  test("takes a cross wallet to zero at the worst", () => {
    const exchange = largePosition(crash, "CROSSED", "5080");
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(exchange.state.positions.size).toBe(0);
    expect(exchange.state.account.walletBalance).toBe("0");
  });

  test("is liquidated in the same steps however often somebody looks, also from a thin book", () => {
    for (const volume of [1_000_000, 200]) {
      const [once, often] = [largePosition(fall, "ISOLATED", "50000", volume), largePosition(fall, "ISOLATED", "50000", volume)];
      once.advanceTo(startMs + 3 * minuteMs);
      for (let second = 1; second <= 180; second++) often.advanceTo(startMs + second * 1_000);
      expect(steps(once).length).toBeGreaterThan(0);
      expect(often.state.trades).toEqual(once.state.trades);
      expect(often.state.incomes).toEqual(once.state.incomes);
      expect([...often.state.positions.values()]).toEqual([...once.state.positions.values()]);
    }
  });
});

test("a liquidation ends the contract's orders first and is told as one", () => {
  const exchange = largePosition(crash, "ISOLATED", "50000");
  placeAlgoOrder(
    exchange,
    {
      symbol,
      side: "SELL",
      type: "STOP_MARKET",
      triggerPrice: decimal("80"),
      clientAlgoId: "stop",
      workingType: "MARK_PRICE",
      quantity: undefined,
      closePosition: true,
      reduceOnly: false,
      priceProtect: false,
      timeInForce: "GTC",
    },
    startMs,
  );
  const told: AccountEvent[] = [];
  exchange.events.subscribe((event) => told.push(event));
  exchange.advanceTo(startMs + 2 * minuteMs);
  expect(told[0]).toMatchObject({ kind: "algoOrder", algo: { clientAlgoId: "stop", status: "EXPIRED", reason: "liquidation" } });
  const executions = told.flatMap((event) => (event.kind === "order" ? [`${event.execution} ${event.order.status}`] : []));
  expect(new Set(executions)).toEqual(new Set(["NEW NEW", "CALCULATED FILLED"]));
  expect(told.filter((event) => event.kind === "account").map(({ reason }) => reason)).toEqual([
    "ORDER",
    "INSURANCE_CLEAR",
    "ORDER",
    "INSURANCE_CLEAR",
    "ORDER",
    "INSURANCE_CLEAR",
  ]);
});
