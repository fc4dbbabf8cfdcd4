import { Parameters } from "../http/parameters.ts";
import type { Routes } from "../http/route.ts";
import type { Exchange } from "../matching/exchange.ts";
import { ExchangeRefusal } from "../matching/exchange-refusal.ts";

/** Market data as the REST face tells it at an instant, without weight: streams and requests never contradict one another. */
export type MarketReader = (path: string, parameters: Readonly<Record<string, string>>, nowMs: number) => unknown;

/** Undefined for what the exchange refuses, such as an unknown symbol. */
export function marketReader(routes: Routes, exchange: Exchange): MarketReader {
  return (path, parameters, nowMs) => {
    const route = routes[`GET ${path}`];
    if (route === undefined) return undefined;
    try {
      return JSON.parse(route.answer({ exchange, parameters: new Parameters(new URLSearchParams(parameters)), nowMs }));
    } catch (error) {
      if (error instanceof ExchangeRefusal) return undefined;
      throw error;
    }
  };
}
