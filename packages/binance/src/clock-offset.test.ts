import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { steppedClock } from "../test/stub-exchange.ts";
import { createClockOffset } from "./clock-offset.ts";

const startMs = Date.parse("2026-11-21T10:15:02.000Z");

/** An exchange whose clock is ahead, behind a way that takes as long there as back. */
function setUp(aheadMs: number, roundTripMs = 0) {
  const clock = steppedClock(startMs);
  const said: string[] = [];
  const note = (level: string) => (message: string) => void said.push(`${level}: ${message}`);
  const offset = createClockOffset({ clock, logger: { info: note("info"), warn: note("warn"), error: note("error") } });
  const exchange = { aheadMs, roundTripMs, asked: 0, answers: true };
  const ask = async () => {
    exchange.asked += 1;
    clock.set(clock.nowMs() + exchange.roundTripMs / 2);
    const time = clock.nowMs() + exchange.aheadMs;
    clock.set(clock.nowMs() + exchange.roundTripMs / 2);
    return exchange.answers ? time : undefined;
  };
  return { clock, offset, exchange, ask, said };
}

describe("the offset of the exchange's clock", () => {
  it("is asked for once in half an hour, by however many at a time", async () => {
    const { clock, offset, exchange, ask } = setUp(3_000, 250);

    await Promise.all([offset.refresh(ask), offset.refresh(ask), offset.refresh(ask)]);
    clock.set(clock.nowMs() + 29 * 60_000);
    await offset.refresh(ask);
    const early = exchange.asked;
    clock.set(clock.nowMs() + 60_001);
    await offset.refresh(ask);

    expect([early, exchange.asked]).toEqual([1, 2]);
    expect(offset.currentMs()).toBe(3_000);
  });

  it("is measured to half the round trip, whatever the offset and the way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -500_000, max: 500_000 }), fc.integer({ min: 0, max: 5_000 }), async (aheadMs, roundTripMs) => {
        const { offset, ask } = setUp(aheadMs, roundTripMs);

        await offset.refresh(ask);

        expect(Math.abs(offset.currentMs() - aheadMs)).toBeLessThanOrEqual(roundTripMs / 2);
      }),
    );
  });

  it("stays as it is when the measurement does not contradict it, so that a clock that runs fast is not put off by its own speed", async () => {
    const { offset, exchange } = setUp(0);
    const clock = steppedClock(startMs);
    const fast = createClockOffset({ clock });
    // The whole way is the way back, and lasts six seconds of this clock.
    await fast.refresh(async () => {
      const time = clock.nowMs();
      clock.set(time + 6_000);
      return time;
    });

    expect([fast.currentMs(), offset.currentMs(), exchange.asked]).toEqual([0, 0, 0]);
  });

  it("keeps the old one when the exchange does not say, and asks again after a minute", async () => {
    const { clock, offset, exchange, ask } = setUp(3_000);
    await offset.refresh(ask);
    exchange.answers = false;
    clock.set(clock.nowMs() + 31 * 60_000);
    await offset.refresh(ask);
    await offset.refresh(ask);
    const soon = exchange.asked;
    clock.set(clock.nowMs() + 60_000);
    await offset.refresh(ask);

    expect([soon, exchange.asked, offset.currentMs()]).toEqual([2, 3, 3_000]);
  });

  it("is measured anew by a clock that was set back", async () => {
    const { clock, offset, exchange, ask } = setUp(0);
    await offset.refresh(ask);
    clock.set(startMs - 3_600_000);
    exchange.aheadMs = 8_000;
    await offset.refresh(ask);

    expect(offset.currentMs()).toBe(8_000);
  });

  it("follows the exchange's clock back", async () => {
    const { offset, exchange, ask } = setUp(4_000, 200);
    await offset.measure(ask);
    exchange.aheadMs = -4_000;
    await offset.measure(ask);

    expect(offset.currentMs()).toBe(-4_000);
  });

  it("is told once when it is large, not each time, and again when it comes back", async () => {
    const { offset, exchange, ask, said } = setUp(501);
    for (const aheadMs of [501, 900, 501, 0, 700]) {
      exchange.aheadMs = aheadMs;
      await offset.measure(ask);
    }

    expect(said).toEqual(Array(2).fill("warn: our clock differs from the exchange's and is corrected for signed requests"));
  });

  it("is not told when it is small", async () => {
    const { offset, ask, said } = setUp(500, 80);
    await offset.refresh(ask);

    expect(said).toEqual([]);
  });

  it("beyond ten minutes is not taken over but told: the clock must be set", async () => {
    const { offset, ask, said } = setUp(11 * 60_000);
    await offset.measure(ask);
    await offset.measure(ask);

    expect(offset.currentMs()).toBe(0);
    expect(said).toEqual(["error: our clock differs from the exchange's by more than ten minutes and must be set"]);
  });
});
