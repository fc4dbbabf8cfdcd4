import type { Crossing } from "./price-touch.ts";
import type { AlgoOrderRecord, AlgoType } from "./records.ts";

/** Stops limit a loss or open with the movement; targets wait for a better price. */
export const isStop = (type: AlgoType): boolean => type !== "TAKE_PROFIT" && type !== "TAKE_PROFIT_MARKET";

/** STOP and TAKE_PROFIT become limit orders, the others market orders. */
export const becomesLimit = (type: AlgoType): boolean => type === "STOP" || type === "TAKE_PROFIT";

/** Which way the watched price must go: stops that buy and targets that sell wait above. */
export const crossingOf = (algo: Pick<AlgoOrderRecord, "type" | "side">): Crossing =>
  isStop(algo.type) === (algo.side === "BUY") ? "atOrAbove" : "atOrBelow";
