import { decimal, usdt } from "@winiswin/domain/decimal";
import { aCycle } from "@winiswin/testkit/cycles";
import { describe, expect, test } from "vitest";
import { figuresOf } from "../src/metrics/cycle-metrics.ts";
import { measureEvents } from "../src/metrics/event-metrics.ts";
import { measureRisk } from "../src/metrics/risk-metrics.ts";
import type { MetricProperties, MetricValues } from "../src/metrics.ts";
import type { RiskRecord } from "../src/ports/risk-record.ts";

const recording = () => {
  const recorded: (MetricValues & { readonly properties?: MetricProperties })[] = [];
  return { recorded, metrics: { record: (values: MetricValues) => void recorded.push(values) } };
};

describe("a cycle that ended", () => {
  test("says how long it took from its close and how many symbols, signals and entries it had", () => {
    const cycle = aCycle({ signals: 3 });
    const { values } = figuresOf({
      ...cycle,
      executionStartedAtMs: cycle.closeTimeMs + 2_400,
      executedAtMs: cycle.closeTimeMs + 5_000,
      orders: 1,
    });

    expect(values).toMatchObject({ CyclesExecuted: 1, CloseToExecutorMs: 2_400, CloseToExecutedMs: 5_000, Signals: 3, Entries: 1 });
    expect(values.SymbolsAnalyzed).toBe(cycle.shards.reduce((sum, { analyzed }) => sum + analyzed, 0));
  });

  test("names the codes of what was turned down beside its figures, not as figures", () => {
    const [decision] = [{ decision: "refused", reasons: [{ code: "NO_FREE_SLOT", reason: "three are open" }] }];
    const cycle = { ...aCycle({ signals: 1 }), decisions: [decision, decision] } as unknown as Parameters<typeof figuresOf>[0];

    expect(figuresOf(cycle)).toMatchObject({ values: { Refusals: 2 }, properties: { refusalCodes: "NO_FREE_SLOT NO_FREE_SLOT" } });
  });
});

describe("a look at the account", () => {
  const record = (equity: string, peak: string) => ({ marks: { equity: usdt(equity), peakEquity: usdt(peak) } }) as RiskRecord;
  const storing = (saved: boolean) => ({ riskRecord: async () => undefined, saveRiskRecord: async (_record: RiskRecord) => saved });

  test("says the fall from the peak in percent", async () => {
    const { recorded, metrics } = recording();

    await measureRisk(storing(true), metrics).saveRiskRecord(record("9000", "10000"));

    expect(recorded).toEqual([{ Equity: 9_000, DrawdownPercent: 10 }]);
  });

  test("that another writer overtook says nothing", async () => {
    const { recorded, metrics } = recording();

    expect(await measureRisk(storing(false), metrics).saveRiskRecord(record("9000", "10000"))).toBe(false);
    expect(recorded).toEqual([]);
  });
});

test("what closed is counted with its profit once it is on the bus, and nothing when it did not get there", async () => {
  const { recorded, metrics } = recording();
  const closed = { type: "PositionClosed", netProfit: decimal("-12.5").toFixed() } as unknown as Parameters<
    ReturnType<typeof measureEvents>["publish"]
  >[0][number];

  await measureEvents({ publish: async () => undefined }, metrics).publish([closed, closed]);
  const broken = measureEvents({ publish: () => Promise.reject(new Error("no bus")) }, metrics);

  await expect(broken.publish([closed])).rejects.toThrow("no bus");
  expect(recorded).toEqual([{ TradesClosed: 2, RealisedProfit: -25 }]);
});
