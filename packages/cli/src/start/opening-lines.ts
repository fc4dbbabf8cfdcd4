import { instantText } from "@winiswin/application/commands/figures";
import type { StartOptions } from "../flags/start-flags.ts";
import { plural } from "../run/render-cycle.ts";

/** What is about to run. */
export const openingLine = (options: StartOptions, recordedSymbols: number | undefined): string =>
  `Winiswin: ${marketText(options, recordedSymbols)}, ${speedText(options)}.`;

/** Said once, because every time that is shown afterwards looks like a real one. */
export const simulatedTimeLine = ({ speed }: StartOptions, nowMs: number): string | undefined =>
  speed.kind === "real"
    ? undefined
    : `All times are simulated: the market's clock (UTC) stands at ${instantText(nowMs).replace(" UTC", "")} and is not the clock of this machine.`;

function marketText({ market, account }: StartOptions, recordedSymbols: number | undefined): string {
  switch (market.kind) {
    case "generated":
      return `a generated market of ${plural(market.symbols, "symbol")} (seed ${market.seed})`;
    case "recorded":
      return `recorded candles of ${plural(recordedSymbols ?? 0, "symbol")} from ${market.folder}`;
    case "binance":
      return account === "paper" ? "live prices of Binance" : `a ${account} account at Binance`;
  }
}

function speedText({ speed }: StartOptions): string {
  switch (speed.kind) {
    case "real":
      return "in real time";
    case "max":
      return "as fast as it goes";
    case "accelerated":
      return speed.factor === 1
        ? "at the pace of real time"
        : `${speed.factor} times as fast as real time (a cycle every ${cycleText(speed.factor)})`;
  }
}

const cycleText = (factor: number): string => {
  const seconds = 900 / factor;
  return seconds >= 90 ? `${Math.round(seconds / 60)} minutes` : `${Number(seconds.toFixed(1))} s`;
};

/** Whether it trades, and above all with what money; undefined where the plan of an account has said it. */
export function tradingLine({ market, account }: StartOptions, tradingEnabled: boolean): string | undefined {
  if (account !== "paper") return undefined;
  if (market.kind === "binance")
    return `Paper trading: prices of the real Binance, orders only in this machine's simulated account. ${
      tradingEnabled
        ? "ENABLE_TRADING is true: paper orders are placed, no real money, no key."
        : "ENABLE_TRADING is not true: signals are recorded and no paper order is placed; set it to true for paper orders."
    }`;
  if (!tradingEnabled)
    return "Trading is OFF because ENABLE_TRADING is false: signals are recorded and nothing is sent, not even to the simulated exchange.";
  return "Trading is ON against the built-in simulated exchange (no real money, no account).";
}

/** Where a second start goes on; `held` counts the positions, and only what no exchange keeps can be started over. */
export const continuingLine = (lastCycleId: string, held: string, nowMs: number, canStartOver: boolean): string =>
  `Continuing from cycle ${lastCycleId}, positions: ${held}; the clock stands at ${instantText(nowMs)}${canStartOver ? " (--fresh starts over)" : ""}.`;
