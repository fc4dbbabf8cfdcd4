import { signOf } from "@winiswin/domain/direction";
import type { OrderIntent } from "@winiswin/domain/order";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import type { CloseDecision } from "./close-position.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * Why the market itself says that a position must not stay open: its contract ends, or the next funding costs too much.
 *
 * `funding` is one for all positions of a run: a rate that could not be had for one of them is not waited for once more.
 */
export async function dueMarketExit(
  intent: OrderIntent,
  funding: { isAway: boolean },
  dependencies: ExecutionDependencies,
): Promise<CloseDecision | undefined> {
  return (await dueDelisting(intent, dependencies)) ?? dueFunding(intent, funding, dependencies);
}

async function dueDelisting(
  intent: OrderIntent,
  { instruments, clock, configuration, logger }: ExecutionDependencies,
): Promise<CloseDecision | undefined> {
  let listed: Awaited<ReturnType<typeof instruments.load>>;
  try {
    listed = await instruments.load();
  } catch (error) {
    // Nothing was dispatched yet, or the object store is away: the next minute asks again, and the stop stands.
    logger.warn("instruments unknown", { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
  const instrument = listed.find(({ symbol }) => symbol === intent.symbol);
  if (instrument === undefined) return undefined;
  if (instrument.status !== "TRADING")
    return { cause: "delisting", reason: `${intent.symbol} is ${instrument.status}, not TRADING any more` };
  const { deliveryTimeMs } = instrument;
  if (deliveryTimeMs === undefined || deliveryTimeMs - clock.nowMs() > configuration.exits.delistingHours * hourMs) return undefined;
  const hours = Math.max(0, (deliveryTimeMs - clock.nowMs()) / hourMs).toFixed(1);
  return {
    cause: "delisting",
    reason: `${intent.symbol} is delisted in ${hours} hours, the limit is ${configuration.exits.delistingHours}`,
  };
}

/** Funding is settled at full hours, so nothing is asked before the last minutes of one. */
async function dueFunding(
  intent: OrderIntent,
  funding: { isAway: boolean },
  { marketData, clock, configuration, logger }: ExecutionDependencies,
): Promise<CloseDecision | undefined> {
  const { fundingMinutes, fundingPercent } = configuration.exits;
  const nowMs = clock.nowMs();
  const untilHourMs = hourMs - (nowMs % hourMs);
  if (untilHourMs > fundingMinutes * minuteMs || funding.isAway) return undefined;
  try {
    const { rate, timeMs } = await marketData.nextFunding(intent.symbol);
    const againstPercent = 100 * rate * signOf(intent.direction);
    if (timeMs - nowMs > fundingMinutes * minuteMs || timeMs <= nowMs || againstPercent <= fundingPercent) return undefined;
    const minutes = Math.ceil((timeMs - nowMs) / minuteMs);
    return {
      cause: "funding",
      reason: `${againstPercent.toFixed(3)} % of the notional would be paid as funding in ${minutes} min, the limit is ${fundingPercent} %`,
    };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    funding.isAway = error.kind !== "fatal";
    logger.warn("funding unknown", { symbol: intent.symbol, reason: error.message });
    return undefined;
  }
}
