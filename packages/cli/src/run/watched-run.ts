import type { Cycle } from "@winiswin/application/ports/cycle-store";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { type CycleId, closeTimeOfCycle } from "@winiswin/domain/cycle";
import { type DecimalValue, usdt } from "@winiswin/domain/decimal";
import type { Trade } from "@winiswin/domain/trade";
import type { Progress } from "@winiswin/local";
import type { Books } from "@winiswin/local/books";
import { z } from "zod";
import { createFigures, type Figures } from "./figures.ts";
import { type HeldPosition, heldPositions } from "./held-position.ts";
import { type PositionChange, positionChangeIn } from "./position-change.ts";
import type { ForeignPosition } from "./render-cycle.ts";
import type { FinishedCycle, RunResult } from "./run-document.ts";
import type { RunView } from "./run-view.ts";
import type { ShownTrades } from "./shown-trades.ts";

/** Follows a system through its progress and its books. */
export interface WatchedRun {
  /** For `startSystem`; safe before the books are open. */
  readonly onProgress: (progress: Progress) => void;
  readonly onMetrics: Figures["record"];
  /** What closed while nobody looked, at the end of the former run; asked once, before `watch`. */
  closedBefore(parts: { readonly books: Books; readonly shown: ShownTrades }): Promise<readonly Trade[]>;
  /** Opens the eyes: what came before is shown now. */
  watch(parts: { readonly books: Books; readonly view: RunView; readonly isHurried: boolean }): Promise<void>;
  /** Everything of the cycles that ended so far, and the account as it is now; nothing is followed after that. */
  result(): Promise<RunResult>;
}

const bot = "main";
const readTrades = 1_000_000;
const recentTrades = 50;
const foreignSeen = z.object({ symbol: z.string(), detail: z.string() });
/** More than the instants between two closes, which come at least every minute. */
const rememberedInstants = 200;

export function createWatchedRun(): WatchedRun {
  const early: { readonly progress: Progress; readonly seenAt: number }[] = [];
  const instants: { readonly nowMs: number; readonly seenAt: number }[] = [];
  const finished: FinishedCycle[] = [];
  const knownTrades = new Set<string>();
  const figures = createFigures();
  let handle = (progress: Progress, seenAt: number): void => {
    early.push({ progress, seenAt });
  };
  let pending = Promise.resolve();
  let books: Books | undefined;
  let shown: ShownTrades | undefined;
  let newlyForeign: ForeignPosition[] = [];
  let newlyChanged: PositionChange[] = [];
  let isHurried = false;

  /** Real milliseconds from the close: a stepped clock stands still while the work is done, so its instants are timed as they come. */
  function durationOf({ closeTimeMs, executedAtMs }: Cycle, seenAt: number): number {
    const close = instants.find(({ nowMs }) => nowMs >= closeTimeMs);
    return close === undefined ? (executedAtMs ?? closeTimeMs) - closeTimeMs : seenAt - close.seenAt;
  }

  async function accountOf(
    open: Books,
    mayAsk: boolean,
  ): Promise<{
    readonly equity: DecimalValue | undefined;
    readonly positions: readonly HeldPosition[];
    readonly foreign: readonly string[] | undefined;
  }> {
    const records = await open.positions.open(bot);
    if (open.gateway === undefined || !mayAsk) return { equity: undefined, positions: heldPositions(records, []), foreign: undefined };
    try {
      const [balance, onExchange] = await Promise.all([open.gateway.balance(), open.gateway.positions()]);
      const ours = new Set(records.map(({ intent }) => intent.symbol));
      const foreign = onExchange.flatMap(({ symbol }) => (ours.has(symbol) ? [] : [symbol]));
      return { equity: balance.equity, positions: heldPositions(records, onExchange), foreign };
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      return { equity: undefined, positions: heldPositions(records, []), foreign: undefined };
    }
  }

  async function closedSince(open: Books): Promise<readonly Trade[]> {
    const trades = await open.trades.latest(bot, recentTrades);
    const fresh = trades.filter(({ positionId }) => !knownTrades.has(positionId));
    for (const { positionId } of fresh) knownTrades.add(positionId);
    if (fresh.length > 0) shown?.remember(trades.map(({ positionId }) => positionId));
    return [...fresh].reverse();
  }

  async function cycleDone(open: Books, view: RunView, cycleId: string, seenAt: number): Promise<void> {
    const cycle = await open.cycles.find(cycleId as CycleId);
    if (cycle === undefined || finished.some((known) => known.cycle.cycleId === cycleId)) return;
    const durationMs = durationOf(cycle, seenAt);
    finished.push({ cycle, durationMs });
    // A hurried run must come out the same every time: it is not disturbed by questions of a watcher.
    const account = await accountOf(open, !isHurried);
    const equity = cycle.equity === undefined ? account.equity : usdt(cycle.equity);
    const closed = await closedSince(open);
    const seen = newlyForeign;
    const changes = newlyChanged;
    newlyForeign = [];
    newlyChanged = [];
    view.cycleDone({
      cycle,
      durationMs,
      positions: account.positions,
      closed,
      changes,
      foreign: account.foreign,
      foreignSeen: seen,
      equity,
    });
  }

  return {
    onMetrics: figures.record,
    onProgress: (progress) => handle(progress, performance.now()),
    async closedBefore(parts) {
      shown = parts.shown;
      const trades = await parts.books.trades.latest(bot, recentTrades);
      for (const { positionId } of trades) knownTrades.add(positionId);
      const known = shown.known();
      shown.remember(trades.map(({ positionId }) => positionId));
      // Without a memory of what was shown this is a first look, and old trades are no news.
      return known === undefined ? [] : trades.filter(({ positionId }) => !known.has(positionId)).reverse();
    },
    async watch(parts) {
      books = parts.books;
      isHurried = parts.isHurried;
      const { view } = parts;
      const open = parts.books;
      if (shown === undefined) for (const { positionId } of await open.trades.latest(bot, readTrades)) knownTrades.add(positionId);
      const inOrder = (work: () => Promise<void>) => {
        pending = pending
          .then(work)
          .catch((error: unknown) => view.complaint("watching", error instanceof Error ? error.message : String(error)));
      };
      let isLooking = false;
      const look = (cycleId: string) => {
        if (isLooking || isHurried) return;
        isLooking = true;
        void open.cycles
          .find(cycleId as CycleId)
          .then((cycle) => (cycle === undefined ? undefined : view.cycleMoved(cycle)))
          .catch(() => undefined)
          .finally(() => {
            isLooking = false;
          });
      };
      handle = (progress, seenAt) => {
        switch (progress.kind) {
          case "clock":
            instants.push({ nowMs: progress.nowMs, seenAt });
            if (instants.length > rememberedInstants) instants.shift();
            return;
          case "dispatched":
          case "shardDone":
          case "analyzed":
            return look(progress.cycleId);
          case "executed":
            return inOrder(() => cycleDone(open, view, progress.cycleId, seenAt));
          case "event": {
            const { "detail-type": type, detail } = progress.event;
            const foreign = type === "ForeignPositionSeen" ? foreignSeen.safeParse(detail) : undefined;
            if (foreign?.success === true) newlyForeign.push(foreign.data);
            const change = positionChangeIn(progress.event);
            if (change !== undefined) newlyChanged.push(change);
            return;
          }
          case "failed":
            return view.complaint(progress.where, progress.reason);
          default:
            return undefined;
        }
      };
      for (const { progress, seenAt } of early.splice(0)) handle(progress, seenAt);
    },
    async result() {
      await pending;
      handle = () => undefined;
      if (books === undefined) return { cycles: [], positions: [], trades: [], closed: [], equity: undefined };
      const [account, trades] = await Promise.all([accountOf(books, true), books.trades.latest(bot, readTrades)]);
      const cycles = [...finished].sort((first, second) => closeTimeOfCycle(first.cycle.cycleId) - closeTimeOfCycle(second.cycle.cycleId));
      const metrics = figures.summary();
      return { cycles, positions: account.positions, trades, closed: await closedSince(books), equity: account.equity, metrics };
    },
  };
}
