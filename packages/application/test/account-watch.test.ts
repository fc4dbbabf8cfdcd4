import { parseConfiguration } from "@winiswin/application/configuration";
import { drawdownHaltBy, watchAccount } from "@winiswin/application/execution/account/account-watch";
import { usdt } from "@winiswin/domain/decimal";
import type { ClosedTrade } from "@winiswin/domain/risk/closed-trade";
import { Crash, collectedEvents, FakeExchange, Interruption, inMemoryControlStore, silentLogger, steppedClock } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";

const noonMs = Date.UTC(2026, 10, 21, 12);
const quarterMs = 900_000;

/** An account of 10,000 USDT that is looked at every quarter of an hour. */
function desk() {
  const clock = steppedClock(noonMs);
  const exchange = new FakeExchange(clock.nowMs);
  const [control, bus] = [inMemoryControlStore(), collectedEvents()];
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error(configuration.failure.join("; "));
  return {
    clock,
    exchange,
    control,
    events: bus.events,
    /** A result that nobody paid in or out. */
    earn: (amount: string) => {
      exchange.transfer(usdt(amount));
      exchange.transfers.pop();
    },
    look: (trades: readonly ClosedTrade[] = [], life = new Interruption()) => {
      clock.advanceTo(clock.nowMs() + quarterMs);
      return watchAccount(trades, {
        clock,
        gateway: life.wrap("exchange", exchange),
        control: life.wrap("control", control),
        eventBus: life.wrap("bus", bus),
        configuration: configuration.value,
        logger: silentLogger,
      });
    },
  };
}

const stops = (untilMs: number, count: number): ClosedTrade[] =>
  Array.from({ length: count }, (_, index) => ({
    symbol: "ETHUSDT",
    closedAtMs: untilMs - index * 60_000,
    exitReason: "stopLoss" as const,
    rMultiple: -1,
  }));

describe("watchAccount", () => {
  it("keeps the marks over restarts, and tells of a daily loss once", async () => {
    const { look, earn, events, control } = desk();
    await look();
    earn("-300");
    await look();
    earn("200");
    const marks = await look();
    expect([marks?.dayStartEquity.toFixed(), marks?.dayLowestEquity.toFixed(), marks?.equity.toFixed()]).toEqual(["10000", "9700", "9900"]);
    expect(events).toMatchObject([{ type: "EntriesHalted", code: "MAXIMUM_DAILY_LOSS" }]);
    expect((await control.riskRecord("main"))?.halts).toMatchObject([{ code: "MAXIMUM_DAILY_LOSS", sinceMs: noonMs + 2 * quarterMs }]);
    expect(await control.halt()).toBeUndefined();
  });

  it("takes a deposit and a withdrawal for what they are", async () => {
    const { look, exchange, events, clock } = desk();
    const transfer = (amount: string) => {
      clock.advanceTo(clock.nowMs() + 60_000);
      exchange.transfer(usdt(amount));
    };
    await look();
    transfer("-9000");
    await look();
    transfer("49000");
    const marks = await look();
    expect([marks?.dayStartEquity.toFixed(), marks?.peakEquity.toFixed()]).toEqual(["50000", "50000"]);
    expect(events).toEqual([]);
  });

  it("tells of a stop-loss guard once while it lasts, and again the next time", async () => {
    const { look, clock, events } = desk();
    const first = stops(noonMs, 4);
    await look(first);
    await look(first);
    expect(events).toMatchObject([{ code: "STOP_LOSS_GUARD" }]);
    clock.advanceTo(noonMs + 5 * 3_600_000);
    await look(first);
    expect(events).toHaveLength(1);
    await look([...first, ...stops(clock.nowMs(), 4)]);
    expect(events).toHaveLength(2);
  });

  it("halts everything after too deep a drawdown until a person resumes, and then counts from there", async () => {
    const { look, earn, control, events } = desk();
    await look();
    earn("-2000");
    await look();
    expect(await control.halt()).toMatchObject({ by: drawdownHaltBy, reason: expect.stringContaining("20.00 % below its peak") });
    expect(events.filter((event) => event.type === "EntriesHalted" && event.code === "MAXIMUM_DRAWDOWN")).toHaveLength(1);
    earn("1500");
    await look();
    expect(await control.halt()).toMatchObject({ by: drawdownHaltBy });

    await control.clearHalt();
    earn("-1000");
    const marks = await look();
    expect(await control.halt()).toBeUndefined();
    expect(marks?.peakEquity.toFixed()).toBe("8500");
    await look();
    expect(await control.halt()).toBeUndefined();
  });

  it("never replaces the halt of a person, and halts when that person resumes while the drawdown stands", async () => {
    const { look, earn, control } = desk();
    await look();
    await control.setHalt({ reason: "holiday", by: "ana", atMs: 1 });
    earn("-2000");
    await look();
    expect(await control.halt()).toMatchObject({ by: "ana" });
    await control.clearHalt();
    await look();
    expect(await control.halt()).toMatchObject({ by: drawdownHaltBy });
  });

  it("knows nothing when the exchange does not answer, and keeps the marks", async () => {
    const { look, control, exchange } = desk();
    await look();
    const before = await control.riskRecord("main");
    exchange.balance = () => exchange.positions().then(() => Promise.reject(new Error("never here")));
    exchange.failingReads = 1;
    expect(await look()).toBeUndefined();
    expect(await control.riskRecord("main")).toEqual(before);
  });

  it("dies anywhere and is repeated without losing the halt or forgetting that a person resumed", async () => {
    const whole = new Interruption();
    const rehearsal = desk();
    await rehearsal.look();
    rehearsal.earn("-2000");
    await rehearsal.look([], whole);
    expect(whole.calls).toContain("control.setHalt");
    for (const moment of ["before", "after"] as const) {
      for (const [index, call] of whole.calls.entries()) {
        const { look, earn, control, events } = desk();
        await look();
        earn("-2000");
        await expect(look([], new Interruption(index, moment))).rejects.toThrow(Crash);
        await look();
        expect(await control.halt(), `${moment} ${call}`).toMatchObject({ by: drawdownHaltBy });
        expect(
          events.map((event) => event.type),
          `${moment} ${call}`,
        ).toContain("EntriesHalted");
        await control.clearHalt();
        await look();
        expect(await control.halt(), `${moment} ${call}`).toBeUndefined();
      }
    }
  });
});
