import { positionIdOf } from "@winiswin/domain/position";
import { barsHeldBy } from "@winiswin/domain/statistics/performance";
import type { Trade } from "@winiswin/domain/trade";
import type { FeatureRow } from "./feature-row.ts";
import { featureNames, featureSchemaVersion } from "./features.ts";

/** What a column holds; every one but the texts of the signal itself may be null. */
export type ColumnType = "text" | "integer" | "number";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

const text = (name: string): Column => ({ name, type: "text" });
const number = (name: string): Column => ({ name, type: "number" });
const integer = (name: string): Column => ({ name, type: "integer" });

/** The columns of an exported row: whose it is, the features, the label and, beside it, what the virtual position did. */
export const datasetColumns: readonly Column[] = [
  text("symbol"),
  text("cycleId"),
  text("strategy"),
  text("direction"),
  text("regime"),
  integer("schemaVersion"),
  text("signalsHash"),
  ...featureNames.map(number),
  text("labelSource"),
  number("resultR"),
  integer("barsHeld"),
  text("exitReason"),
  number("virtualResultR"),
  number("virtualMfeR"),
  number("virtualMaeR"),
  integer("virtualBarsHeld"),
  text("virtualExitReason"),
];

/** One exported row by column name. */
export type DatasetRecord = Readonly<Record<string, string | number | null>>;

/** What really happened, to be joined to the rows. */
export interface RealEnds {
  readonly trades: readonly Trade[];
  /** Positions that are held now, by position id, with their strategy. */
  readonly open: ReadonlyMap<string, string>;
  /** SHA-256 of all signals of a cycle. */
  readonly signalsHashes: ReadonlyMap<string, string>;
}

/** The whole rows of the present schema as exported, in the order of cycle, symbol and strategy; refused rows are not among them. */
export function datasetRecords(rows: readonly FeatureRow[], ends: RealEnds): readonly DatasetRecord[] {
  const trades = new Map(ends.trades.map((trade) => [`${trade.positionId}#${trade.strategy}`, trade]));
  return rows
    .filter((row) => row.features !== undefined && row.schemaVersion === featureSchemaVersion)
    .toSorted((first, second) => (orderOf(first) < orderOf(second) ? -1 : 1))
    .map((row) => recordOf(row, trades, ends));
}

const orderOf = ({ cycleId, symbol, strategy }: FeatureRow): string => `${cycleId}#${symbol}#${strategy}`;

/** The label is the trade's when the signal was executed (null while that is open), else the virtual position's. */
function recordOf(row: FeatureRow, trades: ReadonlyMap<string, Trade>, { open, signalsHashes }: RealEnds): DatasetRecord {
  const positionId = positionIdOf(row.cycleId, row.symbol);
  const trade = trades.get(`${positionId}#${row.strategy}`);
  const wasExecuted = trade !== undefined || open.get(positionId) === row.strategy;
  const virtual = row.outcome?.outcome === "closed" ? row.outcome : undefined;
  const label = wasExecuted
    ? { resultR: trade?.rMultiple, barsHeld: trade === undefined ? undefined : barsHeldBy(trade), exitReason: trade?.exitReason }
    : { resultR: virtual?.resultR, barsHeld: virtual?.barsHeld, exitReason: virtual?.exitReason };
  const known: Record<string, string | number | undefined> = {
    ...row.features,
    symbol: row.symbol,
    cycleId: row.cycleId,
    strategy: row.strategy,
    direction: row.direction,
    regime: row.regime,
    schemaVersion: row.schemaVersion,
    signalsHash: signalsHashes.get(row.cycleId),
    labelSource: wasExecuted ? "real" : "virtual",
    ...label,
    virtualResultR: virtual?.resultR,
    virtualMfeR: virtual?.mfeR,
    virtualMaeR: virtual?.maeR,
    virtualBarsHeld: virtual?.barsHeld,
    virtualExitReason: virtual?.exitReason ?? (row.outcome?.outcome === "notEntered" ? row.outcome.reason : row.outcome?.outcome),
  };
  return Object.fromEntries(datasetColumns.map(({ name }) => [name, known[name] ?? null]));
}
