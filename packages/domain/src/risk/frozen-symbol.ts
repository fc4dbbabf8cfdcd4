import type { Protection } from "./protection.ts";

export const frozenSymbol: Protection = {
  code: "SYMBOL_FROZEN",
  reasonAgainst: ({ symbol }, { frozenSymbols }) =>
    frozenSymbols.has(symbol) ? `${symbol} is frozen until an order with unknown outcome is settled` : undefined,
};
