import { cycleIdOf } from "@winiswin/domain/cycle";
import { usdt } from "@winiswin/domain/decimal";
import { aCommandContext } from "@winiswin/testkit/command-context";
import { aCycle } from "@winiswin/testkit/cycles";
import { aDecision } from "@winiswin/testkit/decisions";
import { anOpenPosition } from "@winiswin/testkit/positions";
import { steppedClock } from "@winiswin/testkit/stepped-clock";
import { aTrade } from "@winiswin/testkit/trades";
import { expect, test } from "vitest";
import { watchSystem } from "./watch-system.ts";

const at = (hour: number, minute = 0) => Date.UTC(2026, 10, 21, hour, minute);
const quarterMs = 900_000;

async function watched(dueMs: number, facts: Parameters<typeof aCommandContext>[0]) {
  const context = await aCommandContext(facts);
  await watchSystem(dueMs, { ...context, clock: steppedClock(dueMs), bot: "main" });
  return context.eventBus.events;
}

test("nothing is said while cycles are finished, nor of a system that never ran", async () => {
  expect(await watched(at(10, 20), { cycles: [aCycle({ closeTimeMs: at(10, 15) })] })).toEqual([]);
  expect(await watched(at(10, 35), { cycles: [aCycle({ closeTimeMs: at(10, 15) })] })).toEqual([]);
  expect(await watched(at(10, 20), {})).toEqual([]);
});

test("two missing closes are told, also when cycles are dispatched and never finished", async () => {
  const unfinished = [0, 1, 2].map((index) =>
    aCycle({
      closeTimeMs: at(10, 15) + index * quarterMs,
      analyzedAtMs: undefined,
      executedAtMs: undefined,
      shards: [],
      status: "dispatched",
    }),
  );

  expect(await watched(at(10, 50), { cycles: [aCycle({ closeTimeMs: at(10, 15) })] })).toEqual([
    { type: "SystemSilent", lastCycleId: cycleIdOf(at(10, 15)), missing: 2, atMs: at(10, 50) },
  ]);
  expect(await watched(at(10, 50), { cycles: unfinished })).toMatchObject([{ type: "SystemSilent", lastCycleId: undefined, missing: 2 }]);
});

test("every six hours and at midnight the hours before are summed up, once", async () => {
  const cycles = Array.from({ length: 30 }, (_, index) =>
    aCycle({
      closeTimeMs: at(12) - index * quarterMs,
      signals: 2,
      orders: index === 0 ? 1 : 0,
      equity: (10_000 - index).toFixed(2),
      decisions: [
        aDecision({ symbol: "AUSDT", decision: "refused", reasons: [{ code: "NO_FREE_SLOT", reason: "3 of 3" }] }),
        aDecision({ symbol: "BUSDT", decision: "entered", reasons: [] }),
      ],
    }),
  );
  const trades = [
    aTrade({ cycleId: cycleIdOf(at(8)) }),
    aTrade({ cycleId: cycleIdOf(at(9)), netProfit: usdt("-10"), rMultiple: -1 }),
    aTrade({ cycleId: cycleIdOf(at(4)) }),
  ];
  const facts = { cycles, trades, positions: [anOpenPosition()] };

  const [summary, ...others] = await watched(at(12, 5), facts);

  expect(others).toEqual([]);
  expect(summary).toEqual({
    type: "SummaryMade",
    hours: 6,
    fromCycleId: cycleIdOf(at(6, 15)),
    toCycleId: cycleIdOf(at(12)),
    cycles: { expected: 24, analyzed: 24 },
    signals: 48,
    orders: 1,
    refusals: [{ code: "NO_FREE_SLOT", count: 24 }],
    trades: { closed: 2, winners: 1, netProfit: "8.99", rMultiple: 0.899 },
    equity: { first: "9977.00", last: "10000.00" },
    openPositions: 1,
    halt: undefined,
  });
  expect(await watched(at(12, 20), { cycles: [aCycle({ closeTimeMs: at(12, 15) })] })).toEqual([]);
  expect(await watched(at(24, 5), { cycles: [aCycle({ closeTimeMs: at(24) })] })).toMatchObject([
    { type: "SummaryMade", hours: 24, cycles: { expected: 96 } },
  ]);
});
