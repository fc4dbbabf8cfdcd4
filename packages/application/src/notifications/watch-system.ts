import { cycleIdOf, cycleTimeframe } from "@winiswin/domain/cycle";
import { tradeStatistics } from "@winiswin/domain/statistics/trade-statistics";
import { durationMs, openTimeOf } from "@winiswin/domain/timeframe";
import type { Clock } from "../ports/clock.ts";
import type { ControlStore } from "../ports/control-store.ts";
import type { Cycle, CycleStore } from "../ports/cycle-store.ts";
import type { DomainEvent, EventBus } from "../ports/events.ts";
import type { PositionStore, TradeStore } from "../ports/position-store.ts";

export interface WatchDependencies {
  readonly clock: Clock;
  readonly cycles: CycleStore;
  readonly trades: TradeStore;
  readonly positions: PositionStore;
  readonly control: Pick<ControlStore, "halt">;
  readonly eventBus: EventBus;
  readonly bot: string;
}

const cycleMs = durationMs(cycleTimeframe);
const hourMs = 3_600_000;
const summaryHours = 6;
/** So many closes may pass without an analysed cycle before somebody is called. */
const missedCloses = 2;
const graceMs = 90_000;
const mostTrades = 500;

/**
 * Looks from outside whether cycles are finished, and tells how the last hours went: every six hours, and at midnight (UTC) the day.
 *
 * `dueMs` is the minute that the schedule meant, so that a late run still sums up the right hours.
 */
export async function watchSystem(dueMs: number, dependencies: WatchDependencies): Promise<void> {
  const events = [...(await silence(dueMs, dependencies)), ...(await summaries(dueMs, dependencies))];
  if (events.length > 0) await dependencies.eventBus.publish(events);
}

/** A system that never ran is not silent, it is new. */
async function silence(dueMs: number, { cycles, clock }: WatchDependencies): Promise<readonly DomainEvent[]> {
  const latest = await cycles.latest(8, dueMs + 1);
  if (latest.length === 0) return [];
  const last = latest.find((cycle) => cycle.analyzedAtMs !== undefined);
  const dueCloseMs = openTimeOf(cycleTimeframe, dueMs - graceMs);
  const missing = Math.round((dueCloseMs - (last?.closeTimeMs ?? latest.at(-1)?.closeTimeMs ?? dueCloseMs)) / cycleMs);
  if (missing < missedCloses) return [];
  return [{ type: "SystemSilent", lastCycleId: last?.cycleId, missing, atMs: clock.nowMs() }];
}

async function summaries(dueMs: number, dependencies: WatchDependencies): Promise<readonly DomainEvent[]> {
  const toMs = openTimeOf("1h", dueMs);
  const isFirstRunOfHour = dueMs - toMs < cycleMs;
  const hour = Math.floor(toMs / hourMs) % 24;
  if (!isFirstRunOfHour || hour % summaryHours !== 0) return [];
  return [await summaryOf(hour === 0 ? 24 : summaryHours, toMs, dependencies)];
}

async function summaryOf(
  hours: 6 | 24,
  toMs: number,
  { cycles, trades, positions, control, bot }: WatchDependencies,
): Promise<DomainEvent> {
  const fromMs = toMs - hours * hourMs;
  const expected = (hours * hourMs) / cycleMs;
  const [stored, closed, open, halt] = await Promise.all([
    cycles.latest(expected, toMs + 1),
    trades.latest(bot, mostTrades),
    positions.open(bot),
    control.halt(),
  ]);
  const within = stored.filter((cycle) => cycle.closeTimeMs > fromMs);
  const ended = closed.filter((trade) => trade.closedAtMs > fromMs && trade.closedAtMs <= toMs);
  const figures = tradeStatistics(ended);
  const equities = within.flatMap(({ equity }) => (equity === undefined ? [] : [equity]));
  return {
    type: "SummaryMade",
    hours,
    fromCycleId: cycleIdOf(fromMs + cycleMs),
    toCycleId: cycleIdOf(toMs),
    cycles: { expected, analyzed: within.filter((cycle) => cycle.analyzedAtMs !== undefined).length },
    signals: sum(within, ({ signals }) => signals),
    orders: sum(within, ({ orders }) => orders),
    refusals: refusalsOf(within),
    trades: {
      closed: figures.count,
      winners: figures.winners,
      netProfit: figures.netProfit.toFixed(2),
      rMultiple: sum(ended, ({ rMultiple }) => rMultiple),
    },
    equity: { first: equities.at(-1), last: equities[0] },
    openPositions: open.length,
    halt: halt === undefined ? undefined : `${halt.by}: ${halt.reason}`,
  };
}

const sum = <Item>(items: readonly Item[], figureOf: (item: Item) => number | undefined): number =>
  items.reduce((total, item) => total + (figureOf(item) ?? 0), 0);

/** How often each reason kept a signal from being traded; the most frequent first. */
function refusalsOf(cycles: readonly Cycle[]): readonly { readonly code: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { decisions } of cycles) {
    for (const { decision, reasons } of decisions) {
      if (decision === "entered") continue;
      for (const code of new Set(reasons.map((reason) => reason.code))) counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((first, second) => second.count - first.count || (first.code < second.code ? -1 : 1))
    .slice(0, 12);
}
