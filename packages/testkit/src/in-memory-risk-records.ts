import type { RiskRecord, RiskRecords } from "@winiswin/application/ports/risk-record";

export function inMemoryRiskRecords(): RiskRecords {
  const records = new Map<string, RiskRecord>();
  return {
    riskRecord: async (bot) => records.get(bot),
    async saveRiskRecord(record) {
      if ((records.get(record.bot)?.version ?? 0) !== record.version - 1) return false;
      records.set(record.bot, record);
      return true;
    },
  };
}
