import { signOf } from "@winiswin/domain/direction";
import type { Instrument } from "@winiswin/domain/instrument";
import type { OrderIntent } from "@winiswin/domain/order";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { unlessAway } from "../unless-away.ts";
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
  { instruments, marketData, clock, configuration, logger }: ExecutionDependencies,
): Promise<CloseDecision | undefined> {
  let listed: Awaited<ReturnType<typeof instruments.load>>;
  try {
    listed = await instruments.load();
  } catch (error) {
    // Nothing was dispatched yet, or the object store is away: the next minute asks again, and the stop stands.
    logger.warn("instruments unknown", { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
  const limits = { nowMs: clock.nowMs(), delistingHours: configuration.exits.delistingHours };
  const instrument = listed.find(({ symbol }) => symbol === intent.symbol);
  if (instrument === undefined || delistingReason(instrument, limits) === undefined) return undefined;
  // The stored list is one look, and a position is not closed by one: the exchange itself must say the same.
  const fresh = await unlessAway(() => marketData.instruments());
  const confirmed = fresh?.find(({ symbol }) => symbol === intent.symbol);
  const reason = confirmed === undefined ? undefined : delistingReason(confirmed, limits);
  return reason === undefined ? undefined : { cause: "delisting", reason };
}

function delistingReason(
  { symbol, status, deliveryTimeMs }: Instrument,
  { nowMs, delistingHours }: { readonly nowMs: number; readonly delistingHours: number },
): string | undefined {
  if (status !== "TRADING") return `${symbol} is ${status}, not TRADING any more`;
  if (deliveryTimeMs === undefined || deliveryTimeMs - nowMs > delistingHours * hourMs) return undefined;
  const hours = Math.max(0, (deliveryTimeMs - nowMs) / hourMs).toFixed(1);
  return `${symbol} is delisted in ${hours} hours, the limit is ${delistingHours}`;
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
