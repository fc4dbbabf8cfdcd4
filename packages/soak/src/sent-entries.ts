import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { legOf } from "@winiswin/domain/order";

export interface SentEntries {
  /** How often the entry with the id left for the exchange. */
  countOf(clientOrderId: string): number;
  stop(): void;
}

/** Counts the entries that leave this process on the wire: what the exchange executed twice by itself was sent once. */
export function watchSentEntries(bot: string): SentEntries {
  const counts = new Map<string, number>();
  const finished = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    if (request.method !== "POST" || !request.path.startsWith("/fapi/v1/order?")) return;
    const id = new URLSearchParams(request.path.slice(request.path.indexOf("?"))).get("newClientOrderId");
    // Not the ones that were killed before they left.
    if (id === null || legOf(bot, id) !== "entry" || request.destroyed) return;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  };
  subscribe("http.client.request.start", finished);
  return {
    countOf: (clientOrderId) => counts.get(clientOrderId) ?? 0,
    stop: () => void unsubscribe("http.client.request.start", finished),
  };
}
