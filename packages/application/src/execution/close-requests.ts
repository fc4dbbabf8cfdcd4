import { clientOrderIdOf, exitSideOf } from "@winiswin/domain/order";
import type { Position } from "@winiswin/domain/position";
import type { CloseRequest } from "../ports/control-store.ts";
import type { ExchangePosition } from "../ports/order-gateway.ts";
import { closeParts } from "./close-parts.ts";
import type { CloseDecision } from "./close-position.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";

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
    const request = requests.find((wish) => concerns(wish, foreign.symbol));
    if (request === undefined) continue;
    const parts = await closeParts(foreign.symbol, foreign.quantity, dependencies);
    for (const [index, quantity] of parts.entries()) await closePart({ ...foreign, quantity }, index + 1, request, dependencies);
  }
}

async function closePart(
  { symbol, direction, quantity }: ExchangePosition,
  revision: number,
  request: CloseRequest,
  { clock, gateway, orders, configuration, logger }: ExecutionDependencies,
): Promise<void> {
  const positionId = `closeRequest#${request.atMs}#${symbol}`;
  const clientOrderId = clientOrderIdOf(configuration.bot, positionId, "close", revision);
  const order = { positionId, clientOrderId };
  await orders.intend({
    ...order,
    bot: configuration.bot,
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
  logger.warn("foreign position closed on request", { symbol, outcome: outcome.outcome, by: request.by });
}

/** Forgets the requests that are carried out: neither our books nor the exchange show anything open there. */
export async function settleRequests(
  requests: readonly CloseRequest[],
  { control, gateway, positions, eventBus, clock, configuration, logger }: ExecutionDependencies,
): Promise<void> {
  const [stored, held] = await Promise.all([positions.open(configuration.bot), gateway.positions()]);
  const open = new Set([...stored.map((position) => position.intent.symbol), ...held.map((position) => position.symbol)]);
  for (const request of requests) {
    if ([...open].some((symbol) => concerns(request, symbol))) continue;
    // Told before it is forgotten: a crash between the two tells it twice rather than never.
    await eventBus.publish([
      { type: "CloseCompleted", symbol: request.symbol, by: request.by, reason: request.reason, atMs: clock.nowMs() },
    ]);
    await control.settleCloseRequest(request);
    logger.info("close request carried out", { symbol: request.symbol ?? "everything", by: request.by });
  }
}
