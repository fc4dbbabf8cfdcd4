import type { Fault } from "@winiswin/exchange-simulator";
import type { FaultVariant } from "./fault-variants.ts";

/** Faults that look alike from our side. */
export type FaultClass =
  | "slow"
  | "lost or in doubt"
  | "refused"
  | "strange answer"
  | "seen late"
  | "delivered twice"
  | "wrong clock"
  | "told to be silent"
  | "away for 90 s";

const classOfKind: { readonly [Kind in Fault["kind"]]: FaultClass } = {
  delay: "slow",
  lostRequest: "lost or in doubt",
  lostResponse: "lost or in doubt",
  reset: "lost or in doubt",
  silence: "lost or in doubt",
  unknownError: "lost or in doubt",
  internalError: "lost or in doubt",
  backendTimeout: "lost or in doubt",
  serviceUnavailable: "refused",
  overload: "refused",
  region: "refused",
  answer: "strange answer",
  lateVisibility: "seen late",
  duplicateDelivery: "delivered twice",
  clockSkew: "wrong clock",
  ban: "told to be silent",
  firewall: "told to be silent",
};

export const classOf = ({ fault, lastsMs }: FaultVariant): FaultClass =>
  lastsMs === undefined ? classOfKind[fault.kind] : "away for 90 s";

/** The guard comes every minute, and one run of it takes so long at most while the exchange is ill. */
const guardAgainMs = 75_000;

/**
 * How long a position may be without a stop at most: as long as the exchange takes no stop, and then until the guard has come.
 *
 * Where one request goes wrong and an entry is being protected, its own run repairs it.
 */
export const boundMs = ({ troubleMs }: FaultVariant, path: { readonly repairsWithinMs?: number }): number =>
  troubleMs === 0 ? (path.repairsWithinMs ?? guardAgainMs) : troubleMs + guardAgainMs;
