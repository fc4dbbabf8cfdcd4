import { realResults, virtualResults } from "@winiswin/dataset/closed-results";
import { type DatasetCounts, datasetCounts } from "@winiswin/dataset/dataset-counts";
import { type DatasetRecord, datasetRecords } from "@winiswin/dataset/dataset-record";
import type { FeatureRow } from "@winiswin/dataset/feature-row";
import type { CycleId } from "@winiswin/domain/cycle";
import { performanceByStrategy, type StrategyPerformance } from "@winiswin/domain/statistics/performance";
import type { CycleStore } from "../ports/cycle-store.ts";
import type { FeatureStore } from "../ports/feature-store.ts";
import type { PositionStore, TradeStore } from "../ports/position-store.ts";

export interface DatasetSources {
  readonly features: FeatureStore;
  readonly cycles: Pick<CycleStore, "find">;
  readonly positions: Pick<PositionStore, "open">;
  readonly trades: Pick<TradeStore, "latest">;
  readonly bot: string;
}

export interface Dataset {
  /** Rows with all features, labels joined. */
  readonly records: readonly DatasetRecord[];
  readonly counts: DatasetCounts;
  /** Of all trades of the bot, and of the virtual positions of all signals, refused rows included. */
  readonly performance: { readonly real: readonly StrategyPerformance[]; readonly virtual: readonly StrategyPerformance[] };
}

const parallelReads = 16;

/** All that was recorded, with the ends of real positions and the hashes of the cycles joined to it. */
export async function readDataset(sources: DatasetSources): Promise<Dataset> {
  const rows: FeatureRow[] = [];
  for await (const row of sources.features.rows()) rows.push(row);
  // Positions before trades: what closes between the two reads is in one of them or in both.
  const open = await sources.positions.open(sources.bot);
  const trades = await sources.trades.latest(sources.bot, Number.POSITIVE_INFINITY);
  const records = datasetRecords(rows, {
    trades,
    open: new Map(open.map((position) => [position.intent.positionId, position.strategy])),
    signalsHashes: await hashesOf([...new Set(rows.map(({ cycleId }) => cycleId))], sources.cycles),
  });
  return {
    records,
    counts: datasetCounts(rows),
    performance: { real: performanceByStrategy(realResults(trades, rows)), virtual: performanceByStrategy(virtualResults(rows)) },
  };
}

async function hashesOf(cycleIds: readonly CycleId[], cycles: Pick<CycleStore, "find">): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (let start = 0; start < cycleIds.length; start += parallelReads) {
    await Promise.all(
      cycleIds.slice(start, start + parallelReads).map(async (cycleId) => {
        const hash = (await cycles.find(cycleId))?.signalsHash;
        if (hash !== undefined) hashes.set(cycleId, hash);
      }),
    );
  }
  return hashes;
}
