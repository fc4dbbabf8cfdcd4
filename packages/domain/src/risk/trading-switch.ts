import type { Protection } from "./protection.ts";

export const tradingSwitch: Protection = {
  code: "TRADING_DISABLED",
  reasonAgainst: (_intent, { tradingEnabled }) =>
    tradingEnabled ? undefined : "ENABLE_TRADING is false: signals are recorded and nothing is sent",
};
