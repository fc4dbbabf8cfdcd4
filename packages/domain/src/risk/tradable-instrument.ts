import { isTradable } from "../instrument.ts";
import type { Protection } from "./protection.ts";

export const tradableInstrument: Protection = {
  code: "NOT_TRADABLE",
  reasonAgainst: (_intent, { instrument }) =>
    isTradable(instrument)
      ? undefined
      : `${instrument.symbol} is ${instrument.contractType} and ${instrument.status}, not a trading perpetual on a coin`,
};
