import { z } from "zod";
import type { Faults } from "../faults/faults.ts";
import type { Exchange } from "../matching/exchange.ts";
import type { SimulatedClock } from "../simulated-clock.ts";

export interface ControlContext {
  readonly exchange: Exchange;
  readonly clock: SimulatedClock;
  readonly commit: () => void;
  readonly requests: () => number;
  readonly unknownEndpoints: ReadonlyMap<string, number>;
  readonly faults: Faults;
  readonly connections: () => readonly object[];
}

const stepRequest = z.strictObject({ nowMs: z.int().positive() });

/** The simulator's own endpoints, beside the exchange's: no key, no weight. Undefined for an unknown one. */
export function controlAnswer(
  context: ControlContext,
  name: string,
  body: string,
): { readonly status: number; readonly body: string } | undefined {
  switch (name) {
    case "GET /simulator/clock":
      return { status: 200, body: JSON.stringify(context.clock.read()) };
    case "POST /simulator/clock":
      return stepClock(context, body);
    case "GET /simulator/health":
      return { status: 200, body: JSON.stringify(health(context)) };
    case "GET /simulator/streams":
      return { status: 200, body: JSON.stringify(context.connections()) };
    case "GET /simulator/faults":
      return { status: 200, body: JSON.stringify(context.faults.status(context.clock.nowMs())) };
    case "PUT /simulator/faults":
      return replaceFaults(context, body);
    case "DELETE /simulator/faults":
      return replaceFaults(context, '{"rules":[]}');
    default:
      return undefined;
  }
}

/** A new plan takes the place of the former one, with its counts, its ban and its late views. */
function replaceFaults({ faults, clock }: ControlContext, body: string): { readonly status: number; readonly body: string } {
  const refuse = (message: string) => ({ status: 400, body: JSON.stringify({ code: -1130, msg: message }) });
  let plan: unknown;
  try {
    plan = JSON.parse(body);
  } catch {
    return refuse('The body must be a fault plan in JSON: {"seed": 1, "rules": []}.');
  }
  try {
    faults.replace(plan);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  return { status: 200, body: JSON.stringify(faults.status(clock.nowMs())) };
}

function health({ exchange, clock, requests, unknownEndpoints }: ControlContext): object {
  return {
    ok: true,
    nowMs: clock.nowMs(),
    symbols: exchange.market.feed.instruments.length,
    openPositions: exchange.state.positions.size,
    openOrders: exchange.state.openOrders.size,
    openAlgoOrders: exchange.state.openAlgoOrders.size,
    requests: requests(),
    unknownEndpoints: Object.fromEntries(unknownEndpoints),
    residentBytes: process.memoryUsage.rss(),
  };
}

/** Moves a stepped clock; everything between is matched before the answer. */
function stepClock({ exchange, clock, commit }: ControlContext, body: string): { readonly status: number; readonly body: string } {
  const refuse = (message: string) => ({ status: 400, body: JSON.stringify({ code: -1130, msg: message }) });
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return refuse('The body must be JSON: {"nowMs": milliseconds}.');
  }
  const step = stepRequest.safeParse(parsed);
  if (!step.success) return refuse('The body must be {"nowMs": milliseconds}.');
  try {
    clock.advanceTo(step.data.nowMs);
  } catch (error) {
    if (error instanceof RangeError) return refuse(error.message);
    throw error;
  }
  exchange.advanceTo(clock.nowMs());
  commit();
  return { status: 200, body: JSON.stringify(clock.read()) };
}
