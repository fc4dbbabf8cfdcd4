import { decimal } from "@winiswin/domain/decimal";
import { clientOrderIdOf } from "@winiswin/domain/order";
import { Market } from "@winiswin/exchange-simulator/matching/market";
import { placeOrder } from "@winiswin/exchange-simulator/matching/order-entry";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { wirePaths } from "../src/paths.ts";
import { ScriptedFeed } from "../src/scripted-feed.ts";
import { type WireDesk, wireDesk } from "../src/wire-desk.ts";
import { brokenLaws, longestWithoutStopMs } from "../src/wire-laws.ts";

const [entry] = wirePaths;
let desk: WireDesk;

/** A long in BTCUSDT with its stop and two targets. */
beforeEach(async () => {
  if (entry === undefined) throw new Error("there is no path");
  desk = await wireDesk({ market: new Market(new ScriptedFeed(entry.script)), signals: entry.signals });
  await desk.execute();
});
afterEach(() => desk.stop());

const broken = async (entryDelivered: "once" | "twice" = "once") => (await brokenLaws(desk, { entryDelivered })).map(({ law }) => law);
const exchangeOf = () => desk.wire.exchange;
const order = (clientOrderId: string) =>
  ({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", clientOrderId, reduceOnly: false, quantity: decimal("0.052") }) as const;

describe("nothing is broken", () => {
  it("after an entry as it should be", async () => {
    expect(await broken()).toEqual([]);
  });
});

describe("a law is broken by", () => {
  it("a stop that is gone, which is also time without one", async () => {
    const atMs = desk.clock.nowMs();
    for (const algo of exchangeOf().state.openAlgoOrders.values()) if (algo.closePosition) exchangeOf().cancelAlgo(algo, atMs);
    desk.aMinuteLater();
    expect(await broken()).toEqual(["every position has its stop", "everything wanted rests"]);
    expect(longestWithoutStopMs(desk, atMs, ["BTCUSDT"])).toBe(60_000);
    expect(longestWithoutStopMs(desk, atMs + 20_000, ["BTCUSDT"])).toBe(40_000);
  });

  it("an entry that was carried out twice", async () => {
    const [{ clientOrderId } = { clientOrderId: "" }] = exchangeOf().state.orders.values();
    placeOrder(exchangeOf(), order(clientOrderId), desk.clock.nowMs());
    expect(await broken()).toContain("no position is larger than intended");
    expect(await broken("twice")).toContain("what is held is what was intended");
  });

  it("an order of ours that the audit does not know", async () => {
    placeOrder(
      exchangeOf(),
      { ...order(clientOrderIdOf("main", "unknown", "close", 9)), side: "SELL", reduceOnly: true },
      desk.clock.nowMs(),
    );
    expect(await broken()).toContain("the audit is one unbroken chain with every order in it");
  });

  it("leverage or margin mode that nobody planned", async () => {
    exchangeOf().state.record({ kind: "setting", record: { symbol: "BTCUSDT", leverage: 20, marginType: "CROSSED" } });
    expect(await broken()).toEqual(["isolated margin at the planned leverage"]);
  });

  it("a symbol that stays frozen, a request that is not settled, a cycle that is not executed", async () => {
    await desk.control.freezeSymbol("BTCUSDT", "forgotten", desk.clock.nowMs());
    await desk.control.requestClose({ symbol: "BTCUSDT", by: "ana", reason: "news", atMs: desk.clock.nowMs() });
    await desk.laterCycle(1, {});
    expect(await broken()).toEqual(["every cycle is executed", "requests to close are settled", "nothing stays frozen without a reason"]);
  });

  it("money that no trade explains", async () => {
    exchangeOf().execution.book("BTCUSDT", "COMMISSION", decimal("-0.00000001"), desk.clock.nowMs() - 60_000);
    expect(await broken()).toEqual(["trades and open positions explain the wallet"]);
  });
});
