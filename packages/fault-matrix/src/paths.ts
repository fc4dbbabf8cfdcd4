import { type CycleId, closeTimeOfCycle } from "@winiswin/domain/cycle";
import { decimal } from "@winiswin/domain/decimal";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import type { Signal } from "@winiswin/domain/signal";
import { placeOrder } from "@winiswin/exchange-simulator/matching/order-entry";
import { aSignal } from "@winiswin/testkit";
import type { MarketScript } from "./scripted-feed.ts";
import type { WireDesk } from "./wire-desk.ts";

/** A part of a position's life: how it comes to it, the run in which something goes wrong, and what must come of it. */
export interface WirePath {
  readonly name: string;
  readonly signals: readonly Signal[];
  readonly script: MarketScript;
  /** Brings the desk to just before the run. */
  readonly prepare: (desk: WireDesk) => Promise<Run>;
  /** How the life of BTCUSDT may end when the market stands still afterwards; undefined: the entry may fail or not. */
  readonly ends: RegExp | undefined;
  /** The run repairs by itself what goes wrong with one request; by default the next guard does. */
  readonly repairsWithinMs?: number;
}

export interface Run {
  /** On the desk that was prepared, or on one that goes on where it stood. */
  readonly run: (desk: WireDesk) => Promise<unknown>;
  /** The cycle that is delivered again until it is executed. */
  readonly later?: CycleId;
}

const { cycleId } = aSignal();
const startMs = closeTimeOfCycle(cycleId);
/** Beyond the first target, beyond both, below breakeven, below the stop, and so low that the position is liquidated. */
const [first, both, belowBreakeven, belowStop, ruin] = [50_550, 50_900, 50_010, 49_400, 41_000] as const;

/** Just after that minute of the script has begun. */
const goTo = (desk: WireDesk, minute: number): void => desk.clock.advanceTo(startMs + minute * 60_000 + 3_000);
const guarding: Run = { run: (desk) => desk.guard() };

async function open(desk: WireDesk): Promise<void> {
  await desk.execute();
  const positions = await desk.positions.open(desk.bot);
  if (positions.length === 0 || positions.some(({ state }) => state !== "open"))
    throw new Error(`nothing was opened: ${JSON.stringify((await desk.cycles.find(desk.cycleId))?.decisions)}`);
  goTo(desk, 1);
}

/** Held, and the guard comes in that minute. */
const guardedAt = (minute: number) => async (desk: WireDesk) => {
  await open(desk);
  goTo(desk, minute);
  return guarding;
};

/** All targets taken, the stop at breakeven. */
async function lastPart(desk: WireDesk): Promise<void> {
  await open(desk);
  goTo(desk, 2);
  await desk.guard();
}

async function later(desk: WireDesk, candles: number, seen: Partial<HeldView>): Promise<Run> {
  const id = await desk.laterCycle(candles, seen);
  return { run: (other) => other.execute(id), later: id };
}

async function withoutStop(desk: WireDesk, minute: number): Promise<Run> {
  await open(desk);
  const { exchange } = desk.wire;
  for (const order of exchange.state.openAlgoOrders.values()) if (order.closePosition) exchange.cancelAlgo(order, desk.clock.nowMs());
  goTo(desk, minute);
  return guarding;
}

/** An order that a person sends on the exchange's own page. */
function byHand(desk: WireDesk, symbol: string, side: "BUY" | "SELL", quantity: string): void {
  const { exchange } = desk.wire;
  exchange.advanceTo(desk.clock.nowMs());
  const request = { symbol, side, type: "MARKET", clientOrderId: undefined, reduceOnly: false, quantity: decimal(quantity) } as const;
  placeOrder(exchange, request, desk.clock.nowMs());
}

const held = (desk: WireDesk): string => desk.wire.exchange.state.positions.get("BTCUSDT")?.quantity ?? "0";

const requestClose = (desk: WireDesk, symbol: string | undefined) =>
  desk.control.requestClose({ symbol, by: "ana", reason: "news", atMs: desk.clock.nowMs() });

async function requestFlatten(desk: WireDesk): Promise<void> {
  await desk.control.setHalt({ reason: "flatten", by: "ana", atMs: desk.clock.nowMs() });
  await requestClose(desk, undefined);
}

type Jumps = MarketScript["jumps"];

const path = (
  name: string,
  ends: RegExp | undefined,
  jumps: Jumps,
  prepare: WirePath["prepare"],
  more: Partial<Pick<WirePath, "signals" | "repairsWithinMs"> & { script: Partial<MarketScript> }> = {},
): WirePath => ({
  name,
  ends,
  prepare,
  signals: [aSignal()],
  ...more,
  script: { startMs, jumps, ...more.script },
});

/** One patience of the client, the questions after it, and the stop once more. */
const repairsWithinMs = 15_000;
const midnightMs = Date.UTC(2026, 10, 22, 0, 0);

export const wirePaths: readonly WirePath[] = [
  path("entry", undefined, [], async (desk) => ({ run: (other) => other.execute(), later: desk.cycleId }), { repairsWithinMs }),
  path("two entries", undefined, [], async (desk) => ({ run: (other) => other.execute(), later: desk.cycleId }), {
    repairsWithinMs,
    signals: [aSignal(), aSignal({ symbol: "ETHUSDT", score: 7.9 })],
  }),
  path("stop hit", /^closed: stopLoss$/, [[2, belowStop]], guardedAt(2)),
  path("stop vanished", /^open, stop: stopLoss|^closed: closed$/, [], (desk) => withoutStop(desk, 2)),
  path("stop vanished and passed", /^closed: stopLoss$/, [[2, belowStop]], (desk) => withoutStop(desk, 2)),
  path("first target taken, stop to breakeven", /^open, stop: breakeven/, [[2, first]], guardedAt(2)),
  path(
    "first target taken, price back below breakeven",
    /^closed: takeProfit \+ breakeven$/,
    [
      [2, first],
      [3, belowBreakeven],
    ],
    guardedAt(3),
  ),
  path("both targets taken", /^open, stop: breakeven/, [[2, both]], guardedAt(2)),
  path(
    "first target taken, then the stop before anybody looks",
    /^closed: takeProfit \+ stopLoss$/,
    [
      [2, first],
      [3, belowStop],
    ],
    guardedAt(3),
  ),
  path(
    "second target taken after breakeven",
    /^open, stop: breakeven/,
    [
      [2, first],
      [4, both],
    ],
    async (desk) => {
      await lastPart(desk);
      goTo(desk, 4);
      return guarding;
    },
  ),
  path(
    "stop at breakeven hit",
    /^closed: takeProfit \+ takeProfit \+ breakeven$/,
    [
      [2, both],
      [4, 50_000],
    ],
    async (desk) => {
      await lastPart(desk);
      goTo(desk, 4);
      return guarding;
    },
  ),
  path("stop begins to trail", /^open, stop: trailing/, [[2, both]], async (desk) => {
    await lastPart(desk);
    return later(desk, 2, { closePrice: both });
  }),
  path(
    "trailing stop moves on",
    /^open, stop: trailing/,
    [
      [2, both],
      [35, 51_200],
    ],
    async (desk) => {
      await lastPart(desk);
      await desk.execute(await desk.laterCycle(2, { closePrice: both }));
      return later(desk, 3, { closePrice: 51_200 });
    },
  ),
  path(
    "trailing stop passed before it is placed",
    /^closed: takeProfit \+ takeProfit \+ trailing$/,
    [
      [2, both],
      [20, 50_300],
    ],
    async (desk) => {
      await lastPart(desk);
      return later(desk, 2, { closePrice: both });
    },
  ),
  path("time stop", /^closed: timeStop$/, [], async (desk) => {
    await open(desk);
    return later(desk, 30, {});
  }),
  path("re-validation with trading off", /^closed: revalidation$/, [], async (desk) => {
    await open(desk);
    desk.switchTradingOff();
    return later(desk, 1, { confidence: 0.3 });
  }),
  path(
    "funding exit",
    /^closed: funding$/,
    [],
    async (desk) => {
      await open(desk);
      desk.clock.advanceTo(midnightMs - 297_000);
      return guarding;
    },
    { script: { dearFunding: { fromMs: midnightMs, rate: "0.00400000" } } },
  ),
  path(
    "delisting exit",
    /^closed: delisting$/,
    [],
    async (desk) => {
      // Entered while the stored list knew nothing of it.
      const listed = await desk.instruments.load();
      await desk.instruments.save(listed.map((one) => ({ ...one, deliveryTimeMs: undefined })));
      await open(desk);
      await desk.instruments.save(listed);
      goTo(desk, 2);
      return guarding;
    },
    { script: { deliveryMs: startMs + 2 * 3_600_000 } },
  ),
  path("close requested", /^closed: manual$/, [], async (desk) => {
    await open(desk);
    await requestClose(desk, "BTCUSDT");
    return guarding;
  }),
  path("close requested after the first target", /^closed: takeProfit \+ manual$/, [[2, first]], async (desk) => {
    await open(desk);
    goTo(desk, 2);
    await requestClose(desk, "BTCUSDT");
    return guarding;
  }),
  path("flatten, with a position of somebody else", /^closed: manual$/, [], async (desk) => {
    await open(desk);
    byHand(desk, "ETHUSDT", "SELL", "0.01");
    await requestFlatten(desk);
    return guarding;
  }),
  path("flatten while the entry is in doubt", /^closed: manual$/, [], async (desk) => {
    desk.wire.watch({ at: { request: "POST /fapi/v1/order", occurrence: 1 }, fault: { kind: "lateVisibility", ms: 20_000 } });
    await desk.execute();
    goTo(desk, 1);
    await requestFlatten(desk);
    return guarding;
  }),
  path("liquidation", /^closed: liquidated$/, [[2, ruin]], (desk) => withoutStop(desk, 2)),
  path("closed by somebody else", /^closed: elsewhere$/, [], async (desk) => {
    await open(desk);
    byHand(desk, "BTCUSDT", "SELL", held(desk));
    return guarding;
  }),
  path("partly closed by somebody else", /^open, stop: stopLoss/, [], async (desk) => {
    await open(desk);
    byHand(desk, "BTCUSDT", "SELL", "0.022");
    return guarding;
  }),
];
