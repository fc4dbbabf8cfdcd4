import { parseConfiguration } from "@winiswin/application/configuration";
import { drawdownHaltBy, watchAccount } from "@winiswin/application/execution/account/account-watch";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { usdt } from "@winiswin/domain/decimal";
import type { EquityMarks } from "@winiswin/domain/risk/equity-marks";
import { collectedEvents, FakeExchange, inMemoryControlStore, silentLogger, steppedClock } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";

const at = (time: string): number => Date.parse(`2026-11-${time}Z`);
const minuteMs = 60_000;

/** An account of 10,000 USDT on the evening of the 21st. */
function desk() {
  const clock = steppedClock(at("21T22:00:05"));
  const exchange = new FakeExchange(clock.nowMs);
  const [control, bus] = [inMemoryControlStore(), collectedEvents()];
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error(configuration.failure.join("; "));
  const pay = (amount: string) => exchange.transfer(usdt(amount));
  const look = () =>
    watchAccount([], { clock, gateway: exchange, control, eventBus: bus, configuration: configuration.value, logger: silentLogger });
  return {
    clock,
    exchange,
    control,
    events: bus.events,
    pay,
    earn: (amount: string) => {
      pay(amount);
      exchange.transfers.pop();
    },
    look,
    lookAt: (time: string) => {
      clock.advanceTo(at(time));
      return look();
    },
    history: async () => (await control.riskRecord("main"))!.history,
  };
}

const figures = (marks: EquityMarks | undefined) =>
  marks && [marks.dayStartEquity, marks.dayLowestEquity, marks.peakEquity, marks.equity].map((mark) => mark.toFixed(2)).join(" ");

describe("over midnight", () => {
  it("starts the day at what the first cycle sees", async () => {
    const { lookAt, earn, events } = desk();
    await lookAt("21T23:45:05");
    earn("-400");
    expect(figures(await lookAt("22T00:00:05"))).toBe("9600.00 9600.00 10000.00 9600.00");
    expect(events).toEqual([]);
  });

  it("counts what was lost while the system was off for the day on which it is seen", async () => {
    const { lookAt, earn, events } = desk();
    await lookAt("21T23:45:05");
    earn("-400");
    expect(figures(await lookAt("22T08:00:05"))).toBe("10000.00 9600.00 10000.00 9600.00");
    expect(events).toMatchObject([{ type: "EntriesHalted", code: "MAXIMUM_DAILY_LOSS" }]);
    earn("100");
    expect(figures(await lookAt("23T00:00:05"))).toBe("9700.00 9700.00 10000.00 9700.00");
  });

  it("takes a withdrawal during that time for no loss", async () => {
    const { lookAt, pay, clock, events } = desk();
    await lookAt("21T23:45:05");
    clock.advanceTo(at("22T03:00:00"));
    pay("-4000");
    expect(figures(await lookAt("22T08:00:05"))).toBe("6000.00 6000.00 6000.00 6000.00");
    expect(events).toEqual([]);
  });
});

describe("a transfer that is told late", () => {
  it("hides no loss once it is told: a deposit", async () => {
    const { lookAt, pay, earn, exchange, clock } = desk();
    await lookAt("21T22:15:05");
    earn("-250");
    await lookAt("21T22:30:05");
    exchange.transferDelayMs = 20 * minuteMs;
    clock.advanceTo(at("21T22:40:00"));
    pay("9750");
    expect(figures(await lookAt("21T22:45:05"))).toBe("10000.00 9750.00 19500.00 19500.00");
    expect(figures(await lookAt("21T23:00:05"))).toBe("20000.00 19500.00 20000.00 19500.00");
  });

  it("of a withdrawal halts nothing when it is told seconds later", async () => {
    const { lookAt, pay, exchange, clock, control, events } = desk();
    await lookAt("21T22:15:05");
    exchange.transferDelayMs = 12_000;
    clock.advanceTo(at("21T22:29:55"));
    pay("-4000");
    expect(figures(await lookAt("21T22:30:05"))).toBe("6000.00 6000.00 6000.00 6000.00");
    expect(await control.halt()).toBeUndefined();
    expect(events).toEqual([]);
  });

  it("of a withdrawal leaves a false halt, which says so, is told, and costs no peak when a person resumes", async () => {
    const { lookAt, pay, earn, exchange, clock, control, events } = desk();
    await lookAt("21T22:15:05");
    earn("-200");
    await lookAt("21T22:30:05");
    exchange.transferDelayMs = 20 * minuteMs;
    clock.advanceTo(at("21T22:40:00"));
    pay("-4900");
    await lookAt("21T22:45:05");
    expect(await control.halt()).toMatchObject({ by: drawdownHaltBy });

    expect(figures(await lookAt("21T23:00:05"))).toBe("5000.00 4900.00 5000.00 4900.00");
    expect(await control.halt()).toMatchObject({ by: drawdownHaltBy });
    const { halts } = (await control.riskRecord("main"))!;
    expect(halts).toMatchObject([{ code: "MAXIMUM_DRAWDOWN", reason: expect.stringContaining("was none: the exchange told late") }]);
    expect(events.at(-1)).toMatchObject({ type: "EntriesHalted", reason: halts[0]?.reason });
    const told = events.length;
    await lookAt("21T23:15:05");
    expect(events).toHaveLength(told);

    await control.clearHalt();
    expect(figures(await lookAt("21T23:30:05"))).toBe("5000.00 4900.00 5000.00 4900.00");
    expect((await control.riskRecord("main"))?.halts).toEqual([]);
    earn("-900");
    await lookAt("21T23:45:05");
    expect(await control.halt()).toMatchObject({ reason: expect.stringContaining("20.00 % below its peak of 5000.00") });
  });

  it("tells again when a real drawdown follows the false one", async () => {
    const { lookAt, pay, earn, exchange, clock, control, events } = desk();
    await lookAt("21T22:15:05");
    exchange.transferDelayMs = 20 * minuteMs;
    clock.advanceTo(at("21T22:20:00"));
    pay("-5000");
    await lookAt("21T22:30:05");
    await lookAt("21T22:45:05");
    earn("-1500");
    await lookAt("21T23:00:05");
    expect(events.at(-2)).toMatchObject({ reason: expect.stringContaining("30.00 % below its peak of 5000.00") });
    await control.clearHalt();
    expect(figures(await lookAt("21T23:15:05"))).toBe("5000.00 3500.00 3500.00 3500.00");
    expect(await control.halt()).toBeUndefined();
  });
});

describe("a real fall", () => {
  it("halts everything at the first look, also when the exchange answers no second question", async () => {
    const { lookAt, earn, exchange, control } = desk();
    await lookAt("21T22:15:05");
    earn("-3000");
    let asked = 0;
    exchange.transfersBetween = async () => {
      asked++;
      if (asked > 1) throw new ExchangeError("retryable", "too busy");
      return [];
    };
    expect(figures(await lookAt("21T22:30:05"))).toBe("10000.00 7000.00 10000.00 7000.00");
    expect(asked).toBe(2);
    expect(await control.halt()).toMatchObject({ by: drawdownHaltBy });
  });
});

describe("a transfer while the account is looked at", () => {
  /** The balance takes a moment; the transfer comes before or after the exchange read it. */
  function paidDuring(moment: "before" | "after", times: number) {
    const prepared = desk();
    const { exchange, clock, pay } = prepared;
    const balance = exchange.balance.bind(exchange);
    let left = times;
    exchange.balance = async () => {
      const isPaid = left > 0 && clock.nowMs() > at("21T22:16:00");
      if (isPaid) left--;
      clock.advanceTo(clock.nowMs() + 40);
      if (isPaid && moment === "before") pay("-4000");
      const answer = await balance();
      if (isPaid && moment === "after") pay("-4000");
      clock.advanceTo(clock.nowMs() + 40);
      return answer;
    };
    return prepared;
  }

  it.each(["before", "after"] as const)("is looked at again once it is clear (%s the balance was read)", async (moment) => {
    const { lookAt, events, history } = paidDuring(moment, 1);
    await lookAt("21T22:15:05");
    expect(figures(await lookAt("21T22:30:05"))).toBe("6000.00 6000.00 6000.00 6000.00");
    expect((await history()).looks).toHaveLength(2);
    expect(events).toEqual([]);
  });

  it.each(["before", "after"] as const)("and told late leaves that look out afterwards (%s the balance was read)", async (moment) => {
    const { lookAt, exchange, earn, clock } = paidDuring(moment, 1);
    await lookAt("21T22:15:05");
    exchange.transferDelayMs = 10 * minuteMs;
    await lookAt("21T22:30:05");
    clock.advanceTo(at("21T22:40:00"));
    earn("-60");
    expect(figures(await lookAt("21T22:45:05"))).toBe("6000.00 5940.00 6000.00 5940.00");
  });

  it("is not known when one follows the other, and the marks stay", async () => {
    const { lookAt, control, events } = paidDuring("after", 3);
    await lookAt("21T22:15:05");
    const before = await control.riskRecord("main");
    expect(await lookAt("21T22:30:05")).toBeUndefined();
    expect(await control.riskRecord("main")).toEqual(before);
    expect(events).toEqual([]);
  });
});
