import type { FeatureRow, FeatureStore, RowKey, VirtualPosition, VirtualResult } from "@winiswin/application";

/** Keeps rows and followed positions under the same rules as the table. */
export function inMemoryFeatureStore(): FeatureStore {
  const rows = new Map<string, FeatureRow>();
  const positions = new Map<string, VirtualPosition>();
  const results = new Map<string, VirtualResult>();
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
    async addResult({ strategy, atMs, resultR }) {
      const day = new Date(atMs).toISOString().slice(0, 10);
      const key = `${day}#${strategy}`;
      const { winners = 0, losers = 0, even = 0, wonR = 0, lostR = 0 } = results.get(key) ?? {};
      results.set(key, {
        day,
        strategy,
        winners: winners + (resultR > 0 ? 1 : 0),
        losers: losers + (resultR < 0 ? 1 : 0),
        even: even + (resultR === 0 ? 1 : 0),
        wonR: wonR + Math.max(0, resultR),
        lostR: lostR + Math.max(0, -resultR),
      });
    },
    resultsSince: async (sinceMs) =>
      [...results]
        .sort(([first], [second]) => (first < second ? -1 : 1))
        .map(([, result]) => result)
        .filter(({ day }) => day >= new Date(sinceMs).toISOString().slice(0, 10)),
    async *rows() {
      yield* rows.values();
    },
  };
}
