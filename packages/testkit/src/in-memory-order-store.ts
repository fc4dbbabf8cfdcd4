import type { OrderOutcome, OrderRecord, OrderStore } from "@winiswin/application";

export function inMemoryOrderStore(): OrderStore {
  const orders = new Map<string, OrderRecord & { outcomes: { atMs: number; outcome: OrderOutcome; detail: string }[] }>();
  return {
    async intend(order) {
      if (orders.has(order.clientOrderId)) return false;
      orders.set(order.clientOrderId, { ...order, outcomes: [] });
      return true;
    },
    async recordOutcome({ clientOrderId }, outcome) {
      const order = orders.get(clientOrderId);
      if (order === undefined) throw new Error(`${clientOrderId} was never intended`);
      order.outcomes.push(outcome);
    },
    ofPosition: async (positionId) => [...orders.values()].filter((order) => order.positionId === positionId),
  };
}
