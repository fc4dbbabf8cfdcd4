import { toNumber } from "@winiswin/domain/decimal";
import { lossPercent } from "@winiswin/domain/risk/equity-marks";
import type { Metrics } from "../metrics.ts";
import type { RiskRecords } from "../ports/risk-record.ts";

/** The same store; each look at the account that is kept is also told. */
export function measureRisk<Store extends RiskRecords>(store: Store, metrics: Metrics): Store {
  return {
    ...store,
    async saveRiskRecord(record) {
      const saved = await store.saveRiskRecord(record);
      const { equity, peakEquity } = record.marks;
      if (saved) metrics.record({ Equity: toNumber(equity), DrawdownPercent: toNumber(lossPercent(peakEquity, equity).round(4)) });
      return saved;
    },
  };
}
