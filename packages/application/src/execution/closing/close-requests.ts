import { clientOrderIdOf, exitSideOf } from "@winiswin/domain/order";
import type { Position } from "@winiswin/domain/position";
import type { CloseRequest } from "../../ports/control-store.ts";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ExchangePosition, PlaceOutcome } from "../../ports/order-gateway.ts";
import type { OrderRecord } from "../../ports/order-store.ts";
import { refreshLimits } from "../entry/refresh-limits.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { closeParts } from "./close-parts.ts";
import type { CloseDecision } from "./close-position.ts";
import { claimsText } from "./reduce-only-claims.ts";

const concerns = (request: CloseRequest, symbol: string): boolean => request.symbol === undefined || request.symbol === symbol;

/** The wish of a person that this symbol be closed; undefined without one. */
export function requestedClose(requests: readonly CloseRequest[], symbol: string): CloseDecision | undefined {
  const request = requests.find((wish) => concerns(wish, symbol));
  return request === undefined ? undefined : { cause: "manual", reason: `asked for by ${request.by}: ${request.reason}` };
}

/**
 * Closes what the account holds without our having opened it, where a person asked for it.
 *
 * Left to itself this system never touches such a position; a person who says "close" means what is open, whoever opened it.
 */
export async function closeForeign(
  requests: readonly CloseRequest[],
  stored: readonly Position[],
  held: readonly ExchangePosition[],
  dependencies: ExecutionDependencies,
): Promise<void> {
  const ours = new Set(stored.map((position) => position.intent.symbol));
  for (const foreign of held.filter((position) => !ours.has(position.symbol))) {
    const request = requests.find((wish) => concerns(wish, foreign.symbol) && isFresh(wish, dependencies));
    if (request === undefined) continue;
    await closeOne(foreign, request, dependencies);
  }
}

async function closeOne(foreign: ExchangePosition, request: CloseRequest, dependencies: ExecutionDependencies): Promise<void> {
  const { symbol, quantity } = foreign;
  const positionId = `closeRequest-${request.atMs}#${symbol}`;
  const before = await dependencies.orders.ofPosition(positionId);
  const first = await firstRevisionFor(symbol, before, dependencies);
  const parts = await closeParts(symbol, quantity, dependencies);
  let outcome: PlaceOutcome = { outcome: "accepted" };
  for (const [index, part] of parts.entries()) {
    outcome = await closePart({ ...foreign, quantity: part }, positionId, first + index, request, dependencies);
    if (outcome.outcome !== "accepted") break;
  }
  if (outcome.outcome === "rejected" && outcome.meaning === "limitsBroken") await refreshLimits(symbol, dependencies);
  // The first attempt may only have been early; what still stands after it is for somebody to look at.
  const earlier = before.flatMap(({ outcomes }) => outcomes);
  const accepted = earlier.filter((one) => one.outcome === "accepted").length;
  if (accepted > parts.length || (earlier.length >= 1 && outcome.outcome !== "accepted"))
    await tellRefused(foreign, request, outcome, dependencies);
}

/** The number after those that the exchange knows; an order that it does not know was never there, and its number is free. */
async function firstRevisionFor(
  symbol: string,
  before: readonly Pick<OrderRecord, "clientOrderId" | "revision">[],
  { gateway, logger }: ExecutionDependencies,
): Promise<number> {
  const last = before.reduce<(typeof before)[number] | undefined>(
    (most, one) => (one.revision > (most?.revision ?? 0) ? one : most),
    undefined,
  );
  if (last === undefined) return 1;
  try {
    return (await gateway.findOrder(symbol, last.clientOrderId)) === undefined ? last.revision : last.revision + 1;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    // Reduce-only: one more can close nothing twice.
    logger.warn("a former close could not be asked about", { symbol, reason: error.message });
    return last.revision + 1;
  }
}

async function tellRefused(
  { symbol, direction, quantity }: ExchangePosition,
  { by }: CloseRequest,
  outcome: PlaceOutcome,
  dependencies: ExecutionDependencies,
): Promise<void> {
  const what = `${direction} ${quantity.toFixed()} is still open although ${by} asked to close it`;
  const why = outcome.outcome === "accepted" ? "each close was accepted" : `${outcome.outcome}: ${outcome.reason}`;
  const claims = await claimsText({ bot: dependencies.configuration.bot, symbol, direction }, dependencies);
  dependencies.logger.error("a requested close does not go through", { symbol, why });
  await dependencies.eventBus.publish([{ type: "TroubleSeen", code: "CLOSE_REFUSED", symbol, detail: `${what}; ${why}; ${claims}` }]);
}

async function closePart(
  { symbol, direction, quantity }: ExchangePosition,
  positionId: string,
  revision: number,
  request: CloseRequest,
  { clock, gateway, orders, configuration, logger }: ExecutionDependencies,
): Promise<PlaceOutcome> {
  const { bot } = configuration;
  const clientOrderId = clientOrderIdOf(bot, positionId, "close", revision);
  const order = { positionId, clientOrderId };
  await orders.intend({
    ...order,
    bot,
    symbol,
    leg: "close",
    revision,
    request: `${exitSideOf(direction)} ${quantity.toFixed()} ${symbol} at market, reduce only: asked for by ${request.by}`,
    intendedAtMs: clock.nowMs(),
  });
  const outcome = await gateway.closeAtMarket({ clientOrderId, symbol, direction, quantity });
  await orders.recordOutcome(order, {
    atMs: clock.nowMs(),
    outcome: outcome.outcome,
    detail: outcome.outcome === "accepted" ? request.reason : outcome.reason,
  });
  logger.warn("close of a foreign position sent on request", { symbol, outcome: outcome.outcome, by: request.by });
  return outcome;
}

/** A wish means what was open when it was uttered: what somebody opens with his own hands long after it is his. */
const foreignWishLastsMs = 3_600_000;

const isFresh = ({ atMs }: CloseRequest, { clock }: Pick<ExecutionDependencies, "clock">): boolean =>
  clock.nowMs() - atMs < foreignWishLastsMs;

/**
 * Forgets the requests that are carried out: neither our books nor the exchange show anything open there. One that is old no longer means what
 * is not ours.
 */
export async function settleRequests(
  requests: readonly CloseRequest[],
  { control, gateway, positions, eventBus, clock, configuration, logger }: ExecutionDependencies,
): Promise<void> {
  const [stored, held] = await Promise.all([positions.open(configuration.bot), gateway.positions()]);
  const ours = new Set(stored.map((position) => position.intent.symbol));
  for (const request of requests) {
    const open = [...ours, ...(isFresh(request, { clock }) ? held.map((position) => position.symbol) : [])];
    if (open.some((symbol) => concerns(request, symbol))) continue;
    const lapsed = held.filter(({ symbol }) => !ours.has(symbol) && concerns(request, symbol)).map(({ symbol }) => symbol);
    if (lapsed.length > 0) {
      const detail = `the close that ${request.by} asked for at ${new Date(request.atMs).toISOString().slice(0, 16)}Z has lapsed: what is not ours is left open (${lapsed.join(", ")})`;
      await eventBus.publish(lapsed.map((symbol) => ({ type: "TroubleSeen", code: "CLOSE_REFUSED", symbol, detail })));
      await control.settleCloseRequest(request);
      continue;
    }
    // Told before it is forgotten: a crash between the two tells it twice rather than never.
    await eventBus.publish([
      { type: "CloseCompleted", symbol: request.symbol, by: request.by, reason: request.reason, atMs: clock.nowMs() },
    ]);
    await control.settleCloseRequest(request);
    logger.info("close request carried out", { symbol: request.symbol ?? "everything", by: request.by });
  }
}
