import type { ExchangeBudget } from "@winiswin/application/ports/exchange-budget";
import { inMemoryExchangeBudget } from "@winiswin/testkit/in-memory-exchange-budget";
import { describe, expect, it } from "vitest";
import { type SteppedClock, steppedClock } from "../test/stub-exchange.ts";
import { createExchangeGate, type ExchangeGate } from "./exchange-gate.ts";
import type { Purpose } from "./front-door.ts";

const minuteMs = 60_000;
const startMs = Date.parse("2026-11-21T10:15:02.000Z");
const nextMinuteMs = Date.parse("2026-11-21T10:16:00.000Z");

const setUp = (budget = inMemoryExchangeBudget()) => {
  const clock = steppedClock(startMs);
  return { clock, budget, gate: createExchangeGate({ clock, budget }), other: createExchangeGate({ clock, budget }) };
};

/** How many requests of weight 1 get through. */
async function admitted(gate: ExchangeGate, purpose: Purpose, requests: number): Promise<number> {
  let count = 0;
  for (let request = 0; request < requests; request++) if ((await gate.admit(1, purpose)) === undefined) count += 1;
  return count;
}

describe("the weight of a minute", () => {
  it("is written down once for a shard's usual cycle", async () => {
    const { gate, budget } = setUp();

    expect(await admitted(gate, "analysis", 65)).toBe(65);
    expect(budget.writes()).toBe(1);
  });

  it("is shared: ten functions at the same second get 2,100 for analysis and not one more", async () => {
    const { clock, budget } = setUp();
    const gates = Array.from({ length: 10 }, () => createExchangeGate({ clock, budget }));

    const counts = await Promise.all(gates.map((gate) => admitted(gate, "analysis", 300)));

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2_100);
  });

  it("leaves the executor and the guard what analysis may not take", async () => {
    const { gate, other } = setUp();
    await admitted(gate, "analysis", 2_200);

    expect(await gate.admit(2, "analysis")).toEqual({ why: "spent", untilMs: nextMinuteMs });
    expect(await other.admit(40, "entry")).toBeUndefined();
    expect(await other.admit(40, "protection")).toBeUndefined();
  });

  it("begins anew with the next minute", async () => {
    const { gate, clock } = setUp();
    await admitted(gate, "analysis", 2_200);
    clock.set(nextMinuteMs);

    expect(await gate.admit(2, "analysis")).toBeUndefined();
  });

  it("counts what strangers behind the same address use, as the exchange tells it, for everybody", async () => {
    const { gate, other } = setUp();
    await gate.admit(1, "analysis");
    gate.answered(startMs, 2_050);
    await admitted(gate, "analysis", 80);

    expect(await admitted(other, "analysis", 80)).toBe(50);
    gate.answered(startMs, 2_350);
    expect(await gate.admit(5, "entry")).toMatchObject({ why: "spent" });
    expect(await gate.admit(40, "protection")).toBeUndefined();
    gate.answered(startMs, 2_399);
    expect(await gate.admit(5, "protection")).toEqual({ why: "spent", untilMs: nextMinuteMs });
    expect(await gate.admit(0, "protection")).toBeUndefined();
  });

  it("does not take the count of a minute for the next one's, when the answer came late", async () => {
    const { gate, clock } = setUp();
    clock.set(nextMinuteMs + 5);
    gate.answered(nextMinuteMs - 5, 2_399);

    expect(gate.usedWeight()).toBeUndefined();
    expect(await gate.admit(1, "analysis")).toBeUndefined();
  });

  it("asks for the small rest when a whole block does not fit any more", async () => {
    const { gate, other, budget } = setUp();
    await admitted(gate, "analysis", 2_030);
    await budget.raise(Math.floor(startMs / minuteMs) * minuteMs, 2_095);

    expect(await admitted(other, "analysis", 10)).toBe(5);
  });

  it("goes on without the others when their count cannot be read", async () => {
    const broken: ExchangeBudget = {
      reserve: () => Promise.reject(new Error("no table")),
      raise: () => Promise.reject(new Error("no table")),
      extendBan: () => Promise.reject(new Error("no table")),
    };
    const gate = createExchangeGate({ clock: steppedClock(startMs), budget: broken });

    expect(await admitted(gate, "analysis", 500)).toBe(500);
    await expect(gate.banned(startMs + 1_000, "429")).resolves.toBeUndefined();
    expect(await gate.admit(1, "protection")).toMatchObject({ why: "banned" });
  });

  it("is drawn also when the clock runs so fast that each answer comes in another minute", async () => {
    const clock = steppedClock(startMs);
    const budget = inMemoryExchangeBudget();
    const slow: ExchangeBudget = {
      ...budget,
      reserve: async (...wish) => {
        const answer = await budget.reserve(...wish);
        clock.set(clock.nowMs() + minuteMs);
        return answer;
      },
    };
    const gate = createExchangeGate({ clock, budget: slow });

    expect(await admitted(gate, "analysis", 5)).toBe(5);
    expect(budget.writes()).toBe(5);
  });

  it("is not written down at all by a process that shares nothing", async () => {
    const gate = createExchangeGate({ clock: steppedClock(startMs) });

    expect(await admitted(gate, "analysis", 2_500)).toBe(2_500);
  });
});

describe("a ban", () => {
  const ban = async (gate: ExchangeGate, clock: SteppedClock, lengthMs: number) => gate.banned(clock.nowMs() + lengthMs, "429");

  it("is heeded by another process at its first request, for everything, until it ends", async () => {
    const { gate, other, clock } = setUp();
    await ban(gate, clock, 90_000);

    const untilMs = startMs + 90_000;
    for (const purpose of ["analysis", "entry", "protection"] as const) {
      expect(await other.admit(0, purpose)).toEqual({ why: "banned", untilMs });
    }
    clock.set(untilMs);
    expect(await other.admit(1, "protection")).toBeUndefined();
  });

  it("is learned within the minute by a process that is sending, at its next block at the latest", async () => {
    const { gate, other, clock } = setUp();
    await other.admit(1, "analysis");
    await ban(gate, clock, 90_000);

    expect(await admitted(other, "analysis", 200)).toBeLessThan(70);
    clock.set(nextMinuteMs);
    expect(await other.admit(1, "protection")).toMatchObject({ why: "banned" });
  });

  it("only ever becomes longer", async () => {
    const { gate, other, clock } = setUp();
    await ban(gate, clock, 90_000);
    await ban(other, clock, 30_000);

    clock.set(startMs + 30_000);
    expect(await other.admit(1, "entry")).toEqual({ why: "banned", untilMs: startMs + 90_000 });
  });
});

describe("an exchange that fails", () => {
  const failing = (gate: ExchangeGate) => {
    for (let failure = 0; failure < 5; failure++) gate.failed();
  };

  it("is left alone by analysis and entries, and not by stops and closes", async () => {
    const { gate } = setUp();
    failing(gate);

    expect(await gate.admit(1, "analysis")).toEqual({ why: "resting", untilMs: startMs + 5_000 });
    expect(await gate.admit(0, "entry")).toMatchObject({ why: "resting" });
    expect(await gate.admit(0, "protection")).toBeUndefined();
  });

  it("is tried again by one, and by all when that one is answered", async () => {
    const { gate, clock } = setUp();
    failing(gate);
    clock.set(startMs + 5_000);

    expect(await gate.admit(1, "analysis")).toBeUndefined();
    expect(await gate.admit(1, "analysis")).toMatchObject({ why: "resting" });
    gate.answered(clock.nowMs(), 10);
    expect(await gate.admit(1, "analysis")).toBeUndefined();
  });

  it("is not set free by a stop that was answered with a refusal less than by any other answer", async () => {
    const { gate } = setUp();
    failing(gate);
    gate.answered(startMs, undefined);

    expect(await gate.admit(1, "entry")).toBeUndefined();
  });

  it("costs no weight while it is left alone", async () => {
    const { gate, clock, budget } = setUp();
    failing(gate);
    await admitted(gate, "analysis", 500);
    clock.set(startMs + 5_000);

    expect(budget.reservedWeight()).toBe(70);
  });
});
