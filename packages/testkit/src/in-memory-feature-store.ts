import type { FeatureRow, FeatureStore, RowKey, VirtualPosition } from "@winiswin/application";

/** Keeps rows and followed positions under the same rules as the table. */
export function inMemoryFeatureStore(): FeatureStore {
  const rows = new Map<string, FeatureRow>();
  const positions = new Map<string, VirtualPosition>();
  const keyOf = ({ symbol, cycleId, strategy }: RowKey) => `${symbol}|${cycleId}|${strategy}`;
  return {
    async record(row) {
      if (rows.has(keyOf(row))) return false;
      rows.set(keyOf(row), row);
      return true;
    },
    async follow(position) {
      positions.set(keyOf(position), position);
    },
    followed: async (symbol) =>
      [...positions]
        .filter(([, position]) => position.symbol === symbol)
        .sort(([first], [second]) => (first < second ? -1 : 1))
        .map(([, position]) => position),
    async label(key, outcome) {
      const row = rows.get(keyOf(key));
      if (row === undefined || row.outcome !== undefined) return false;
      rows.set(keyOf(key), { ...row, outcome });
      return true;
    },
    async unfollow(key) {
      positions.delete(keyOf(key));
    },
    async *rows() {
      yield* rows.values();
    },
  };
}
