import { readDataset } from "@winiswin/application/learning/read-dataset";
import type { FeatureRow } from "@winiswin/application/ports/feature-store";
import { featureNames, featureSchemaVersion } from "@winiswin/dataset";
import { type CycleId, cycleIdOf } from "@winiswin/domain/cycle";
import { inMemoryCycleStore, inMemoryFeatureStore, inMemoryPositionStore, inMemoryTradeStore } from "@winiswin/testkit";
import { aTrade } from "@winiswin/testkit/trades";
import { expect, it } from "vitest";

const closeTimeMs = Date.UTC(2026, 10, 21, 10, 15);
const cycleId = cycleIdOf(closeTimeMs);

const rowOf = (over: Partial<FeatureRow>): FeatureRow => ({
  symbol: "BTCUSDT",
  cycleId,
  strategy: "ict-smc",
  schemaVersion: featureSchemaVersion,
  direction: "long",
  regime: "trend",
  features: Object.fromEntries(featureNames.map((name) => [name, 1])),
  missing: [],
  outcome: { outcome: "closed", exitReason: "stopLoss", exitTimeMs: closeTimeMs, resultR: -1, mfeR: 0.4, maeR: -0.9, barsHeld: 3 },
  ...over,
});

async function sourcesWith(rows: readonly FeatureRow[]) {
  const [features, cycles, positions, trades] = [
    inMemoryFeatureStore(),
    inMemoryCycleStore(),
    inMemoryPositionStore(),
    inMemoryTradeStore(),
  ];
  for (const row of rows) await features.record(row);
  await cycles.create({ cycleId, closeTimeMs, shardCount: 1, symbols: 2, dispatchedAtMs: closeTimeMs });
  await cycles.markAnalyzed(cycleId, { analyzedAtMs: closeTimeMs, complete: true, signals: 2, signalsHash: "f00d" });
  await trades.record(aTrade({ cycleId, symbol: "BTCUSDT", strategy: "ict-smc", rMultiple: 1.5 }));
  await trades.record(aTrade({ bot: "another", cycleId, symbol: "ETHUSDT", strategy: "ict-smc", rMultiple: 9 }));
  return { features, cycles, positions, trades, bot: "main" };
}

it("joins the trades of the bot and the hash of the cycle to the rows, and leaves refused rows out", async () => {
  const away = "2026-11-21T10:30:00Z" as CycleId;
  const sources = await sourcesWith([
    rowOf({}),
    rowOf({ symbol: "ETHUSDT" }),
    rowOf({ symbol: "SOLUSDT", cycleId: away }),
    rowOf({ symbol: "XRPUSDT", features: undefined, missing: ["deltaScore"] }),
  ]);
  const { records, counts } = await readDataset(sources);
  expect(records.map(({ symbol, labelSource, resultR, signalsHash }) => [symbol, labelSource, resultR, signalsHash])).toEqual([
    ["BTCUSDT", "real", 1.5, "f00d"],
    ["ETHUSDT", "virtual", -1, "f00d"],
    ["SOLUSDT", "virtual", -1, null],
  ]);
  expect(counts).toMatchObject({ rows: 4, whole: 3, refused: 1, missing: { deltaScore: 1 } });
});

it("measures trades and virtual positions apart, refused rows included", async () => {
  const { performance } = await readDataset(
    await sourcesWith([rowOf({}), rowOf({ symbol: "XRPUSDT", features: undefined, missing: ["rsi"] })]),
  );
  expect(performance.real).toMatchObject([
    { strategy: "ict-smc", all: { count: 1, expectancyR: 1.5 }, byRegime: [{ name: "trend", count: 1 }] },
  ]);
  expect(performance.virtual).toMatchObject([{ strategy: "ict-smc", all: { count: 2, expectancyR: -1, meanMfeR: 0.4, meanBarsHeld: 3 } }]);
});
