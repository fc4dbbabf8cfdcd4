import { LeaseLost, takeAccountLease } from "@winiswin/application/execution/account/account-lease";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { inMemoryControlStore, steppedClock } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { tradingDesk } from "./trading-desk.ts";

const entriesOf = (desk: { exchange: { received: readonly string[] } }) =>
  desk.exchange.received.filter((request) => request.startsWith("entry"));

/** Something happens between the review of an entry and its sending. */
describe("an entry under way", () => {
  it("is not sent once a person has halted", async () => {
    const desk = await tradingDesk();
    const prepare = desk.exchange.prepareSymbol.bind(desk.exchange);
    desk.exchange.prepareSymbol = async () => {
      await desk.control.setHalt({ reason: "I do not like this", by: "operator", atMs: desk.clock.nowMs() });
      return prepare();
    };
    await desk.execute();
    expect(entriesOf(desk)).toEqual([]);
    expect(await desk.positions.open("main")).toEqual([]);
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "failed", reasons: [{ code: "HALTED" }] }]);
  });

  it("is not sent while a close of its symbol is wished", async () => {
    const desk = await tradingDesk();
    const prepare = desk.exchange.prepareSymbol.bind(desk.exchange);
    desk.exchange.prepareSymbol = async () => {
      await desk.control.requestClose({ symbol: "BTCUSDT", reason: "out of this one", by: "operator", atMs: desk.clock.nowMs() });
      return prepare();
    };
    await desk.execute();
    expect(entriesOf(desk)).toEqual([]);
    expect((await desk.cycle()).decisions).toMatchObject([{ reasons: [{ code: "CLOSE_REQUESTED" }] }]);
  });

  it("is given up when another writer held the account meanwhile, although the lease is free again", async () => {
    const desk = await tradingDesk();
    const requireOneWayMode = desk.exchange.requireOneWayMode.bind(desk.exchange);
    desk.exchange.requireOneWayMode = async () => {
      desk.clock.advanceTo(desk.clock.nowMs() + 31_000);
      const other = await takeAccountLease(desk.control, desk.clock, "main", "guard");
      await other?.release();
      return requireOneWayMode();
    };
    await expect(desk.execute()).rejects.toThrow(LeaseLost);
    expect(entriesOf(desk)).toEqual([]);
  });
});

describe("a cycle that is delivered again", () => {
  it("does not enter once more what came and went in the meantime", async () => {
    const desk = await tradingDesk();
    const finish = desk.decisions.putAll.bind(desk.decisions);
    desk.decisions.putAll = () => Promise.reject(new Error("the table is away"));
    await expect(desk.execute()).rejects.toThrow("the table is away");
    const held = desk.exchange.held.get("BTCUSDT");
    if (held === undefined) throw new Error("nothing was entered");
    // With a gain: a loss would keep the strategy away by itself.
    desk.exchange.setPrice("BTCUSDT", "50800");
    await desk.exchange.closeAtMarket({ clientOrderId: "by-hand", symbol: "BTCUSDT", direction: "long", quantity: held.quantity });
    desk.aMinuteLater();
    await desk.guard();
    desk.exchange.setPrice("BTCUSDT", "50000");
    // Whatever keeps a symbol at rest after a close is not what this is about.
    desk.trades.latest = async () => [];
    desk.decisions.putAll = finish;
    await desk.execute();
    expect(entriesOf(desk)).toHaveLength(1);
    expect(await desk.positions.open("main")).toEqual([]);
    expect((await desk.cycle()).decisions).toMatchObject([{ decision: "entered", reasons: [{ code: "OVER_ALREADY" }] }]);
  });

  it("is not needed because the equity could not be read after the entries", async () => {
    const desk = await tradingDesk();
    const balance = desk.exchange.balance.bind(desk.exchange);
    desk.exchange.balance = () => (desk.exchange.held.size > 0 ? Promise.reject(new ExchangeError("retryable", "no answer")) : balance());
    await desk.execute();
    expect(await desk.cycle()).toMatchObject({ status: "executed", orders: 1, equity: undefined });
  });
});

describe("the lease of an account", () => {
  it("is lost for its former holder as soon as anybody else had it", async () => {
    const [control, clock] = [inMemoryControlStore(), steppedClock(0)];
    const first = await takeAccountLease(control, clock, "main", "executor");
    clock.advanceTo(31_000);
    const second = await takeAccountLease(control, clock, "main", "guard");
    await second?.release();
    await expect(first?.renew()).rejects.toThrow(LeaseLost);
    expect(await takeAccountLease(control, clock, "main", "guard")).toBeDefined();
  });
});
