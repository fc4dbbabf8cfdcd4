import type { Decision, DecisionStore, RankingFacts } from "@winiswin/application";

/** Keeps decisions in memory as the table does. */
export function inMemoryDecisionStore(): DecisionStore {
  const facts = new Map<string, RankingFacts>();
  const decisions = new Map<string, Map<string, Decision>>();
  const keyOf = (bot: string, cycleId: string) => `${bot}#${cycleId}`;
  const sorted = (found: readonly Decision[]) => [...found].sort((first, second) => first.rank - second.rank);
  const ofCycle = (bot: string, cycleId: string) => sorted([...(decisions.get(keyOf(bot, cycleId))?.values() ?? [])]);
  return {
    async keepFacts(bot, cycleId, given) {
      const key = keyOf(bot, cycleId);
      if (!facts.has(key)) facts.set(key, structuredClone(given));
      return facts.get(key) as RankingFacts;
    },
    facts: async (bot, cycleId) => facts.get(keyOf(bot, cycleId)),
    async putAll(bot, cycleId, given) {
      const rows = decisions.get(keyOf(bot, cycleId)) ?? new Map<string, Decision>();
      for (const decision of given) rows.set(decision.signalId, structuredClone(decision));
      decisions.set(keyOf(bot, cycleId), rows);
    },
    ofCycle: async (bot, cycleId) => ofCycle(bot, cycleId),
    ofSymbol: async (bot, cycleId, symbol) => ofCycle(bot, cycleId).filter((decision) => decision.symbol === symbol),
  };
}
