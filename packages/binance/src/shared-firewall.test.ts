import type { ExchangeBudget } from "@winiswin/application/ports/exchange-budget";
import { inMemoryExchangeBudget } from "@winiswin/testkit/in-memory-exchange-budget";
import { describe, expect, it } from "vitest";
import { steppedClock } from "../test/stub-exchange.ts";
import { createExchangeGate } from "./exchange-gate.ts";

const startMs = Date.parse("2026-11-21T10:15:02.000Z");
const closed = { why: "firewall", untilMs: startMs + 120_000 };

/** A row that keeps what the firewall did beside the weight, as the port asks. */
function budgetWithFirewall(): ExchangeBudget {
  const budget = inMemoryExchangeBudget();
  const firewall = { refusedAtMs: 0, passedAtMs: 0 };
  return {
    ...budget,
    reserve: async (...wish) => ({ ...(await budget.reserve(...wish)), firewall: { ...firewall } }),
    async metFirewall(met, atMs) {
      const name = met === "refused" ? "refusedAtMs" : "passedAtMs";
      firewall[name] = Math.max(firewall[name], atMs);
    },
  };
}

/** A row of before: it keeps the weight and the ban alone. */
function budgetWithoutFirewall(): ExchangeBudget {
  const { raise, extendBan, reserve } = inMemoryExchangeBudget();
  return {
    raise,
    extendBan,
    async reserve(...wish) {
      const { granted, reservedWeight, bannedUntilMs } = await reserve(...wish);
      return { granted, reservedWeight, bannedUntilMs };
    },
  };
}

const setUp = (budget: ExchangeBudget = budgetWithFirewall()) => {
  const clock = steppedClock(startMs);
  return { clock, gate: createExchangeGate({ clock, budget }), newProcess: () => createExchangeGate({ clock, budget }) };
};

describe("a firewall that refused one process", () => {
  it("is left alone by another at its first request, but not by its stop", async () => {
    const { gate, newProcess } = setUp();
    await gate.turnedAway("firewall", "analysis", "403");

    for (const purpose of ["analysis", "entry", "protection", "look"] as const)
      expect(await newProcess().admit(1, purpose), purpose).toEqual(closed);
    expect(await newProcess().admit(0, "rescue")).toBe("asProbe");
  });

  it("is asked again by all when one got through", async () => {
    const { gate, newProcess, clock } = setUp();
    await gate.turnedAway("firewall", "analysis", "403");
    clock.set(startMs + 5_000);
    expect(await gate.admit(0, "rescue")).toBe("asProbe");
    await gate.letIn();

    expect(await newProcess().admit(1, "analysis")).toBeUndefined();
    expect(await gate.admit(1, "analysis")).toBeUndefined();
  });

  it("says nothing to a process that got through itself since", async () => {
    const { gate, newProcess, clock } = setUp();
    const other = newProcess();
    await gate.turnedAway("firewall", "analysis", "403");
    clock.set(startMs + 1_000);
    await other.turnedAway("firewall", "analysis", "403");
    clock.set(startMs + 2_000);
    await other.letIn();

    expect(await other.admit(1, "entry")).toBeUndefined();
  });

  it("silences everybody anew when it refuses again later", async () => {
    const { gate, newProcess, clock } = setUp();
    await gate.turnedAway("firewall", "analysis", "403");
    clock.set(startMs + 5_000);
    await gate.letIn();
    clock.set(startMs + 10_000);
    await gate.turnedAway("firewall", "analysis", "403");

    expect(await newProcess().admit(1, "analysis")).toEqual({ why: "firewall", untilMs: startMs + 130_000 });
  });

  it("is known to that process alone where the row keeps nothing of it", async () => {
    const { gate, newProcess } = setUp(budgetWithoutFirewall());
    await gate.turnedAway("firewall", "analysis", "403");

    expect(await gate.admit(1, "analysis")).toEqual(closed);
    expect(await newProcess().admit(1, "analysis")).toBeUndefined();
  });

  it("is heeded also when the others cannot be told", async () => {
    const { gate } = setUp({ ...budgetWithoutFirewall(), metFirewall: () => Promise.reject(new Error("no table")) });

    expect(await gate.turnedAway("firewall", "analysis", "403")).toBe(closed.untilMs);
    expect(await gate.admit(1, "analysis")).toEqual(closed);
    await expect(gate.letIn()).resolves.toBeUndefined();
    expect(await gate.admit(1, "analysis")).toBeUndefined();
  });
});

describe("a ban beside it", () => {
  it("keeps even a stop from being sent, also when it comes while the stop waits for its turn", async () => {
    const { gate } = setUp();
    await gate.turnedAway("firewall", "rescue", "403");
    const waiting = gate.admit(0, "rescue");
    await gate.banned(startMs + 60_000, "429");

    expect(await waiting).toEqual({ why: "banned", untilMs: startMs + 60_000 });
    expect(await gate.admit(0, "rescue")).toEqual({ why: "banned", untilMs: startMs + 60_000 });
  });
});

describe("a region that is not served", () => {
  it("is a matter of each process", async () => {
    const { gate, newProcess } = setUp();
    await gate.turnedAway("region", "analysis", "451");

    expect(await gate.admit(1, "look")).toEqual({ why: "region", untilMs: startMs + 300_000 });
    expect(await newProcess().admit(1, "analysis")).toBeUndefined();
  });
});
