import { type SimulatedInstrument, statusAt } from "../market/instrument.ts";
import type { Market } from "../matching/market.ts";
import type { Route, RouteContext } from "./route.ts";

export interface MarketContext extends RouteContext {
  readonly market: Market;
}

/** An endpoint that needs no key, answered from a market of which every candle is known. */
export interface MarketRoute extends Omit<Route, "answer"> {
  readonly answer: (context: MarketContext) => string;
}

export type MarketRoutes = Readonly<Record<string, MarketRoute>>;

/** The contract named by a parameter. */
export const namedInstrument = ({ exchange, parameters }: MarketContext, name = "symbol"): SimulatedInstrument =>
  exchange.instrument(parameters.mandatory(name).toUpperCase());

/** One object for `symbol`, or an array of all contracts that trade. */
export function perSymbol(
  weightOne: number,
  weightAll: number,
  describe: (context: MarketContext, instrument: SimulatedInstrument) => object,
): MarketRoute {
  return {
    access: "public",
    weight: (parameters) => (parameters.text("symbol") === undefined ? weightAll : weightOne),
    answer: (context) => {
      const symbol = context.parameters.text("symbol");
      if (symbol !== undefined) return JSON.stringify(describe(context, context.exchange.instrument(symbol.toUpperCase())));
      const trading = context.market.feed.instruments.filter((instrument) => statusAt(instrument, context.nowMs) === "TRADING");
      return JSON.stringify(trading.map((instrument) => describe(context, instrument)));
    },
  };
}
