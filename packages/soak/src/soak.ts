import { fileURLToPath } from "node:url";
import { legOf } from "@winiswin/domain/order";
import { type SystemOptions, startSystem } from "@winiswin/local";
import { openBooks } from "@winiswin/local/books";
import { seededRandom } from "@winiswin/testkit/candles";
import { auditViolations } from "./audit-laws.ts";
import { type DisturbanceCounts, disturbInvocations } from "./disturbed-invocations.ts";
import { exchangeLedger } from "./exchange-ledger.ts";
import { faultPlan, longestBanMs } from "./fault-plan.ts";
import { watchForDeaths } from "./killed-requests.ts";
import { bot, type Violation, violationsInTrouble, violationsOf } from "./laws.ts";
import { createOperator, type OperatorCounts } from "./operator.ts";
import { phaseAt, type SoakPhases } from "./phase.ts";
import { watchSentEntries } from "./sent-entries.ts";
import { type StopGap, stopGaps } from "./stop-gaps.ts";

export interface SoakOptions {
  readonly seed: number;
  readonly cycles: number;
  readonly symbols: number;
  /** 1 is a bad day; 0 leaves everything alone. */
  readonly intensity: number;
  readonly stateFolder: string;
  readonly onCheck?: (check: SoakCheck) => void;
  readonly onLog?: SystemOptions["onLog"];
}

export interface SoakCheck {
  readonly nowMs: number;
  readonly cycles: number;
  readonly trades: number;
  readonly violations: readonly Violation[];
}

export interface SoakResult {
  readonly seed: number;
  readonly cycles: number;
  readonly checks: number;
  /** In between, at what must hold at every moment. */
  readonly quickLooks: number;
  readonly executedCycles: number;
  readonly entries: number;
  readonly trades: number;
  readonly exits: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly disturbances: DisturbanceCounts;
  readonly operator: OperatorCounts;
  /** How long positions were open without a resting stop. */
  readonly unprotected: { readonly longestMs: number; readonly over5Seconds: number; readonly boundMs: number };
  readonly deadLetters: number;
  readonly violations: readonly (Violation & { readonly atMs: number })[];
}

const configurationFile = fileURLToPath(new URL("../soak.yaml", import.meta.url));
const startMs = Date.UTC(2026, 0, 5);
const cycleMs = 900_000;
const allTrades = 1_000_000;
/** What the guard may take to flatten a position at worst, and a ban that keeps everybody silent. */
const unprotectedBoundMs = 90_000 + longestBanMs;

/**
 * Runs the whole embedded system through phases of faults, kills and duplicates, and looks at the books after each calm that follows.
 *
 * Ends at the first broken law, so that the state folder shows what led to it.
 */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const random = seededRandom(options.seed);
  const phases: SoakPhases = { startMs, troubledCycles: 6, calmCycles: 2 };
  const violations: (Violation & { atMs: number })[] = [];
  const faults = new Map<string, number>();
  const state = { intensity: 0, checks: 0, quickLooks: 0, phase: -1, executed: 0 };
  const stopWatching = watchForDeaths();
  const sentEntries = watchSentEntries(bot);
  const parts: { sleepFor: (milliseconds: number) => Promise<void>; atRest: (nowMs: number) => Promise<void> } = {
    sleepFor: async () => undefined,
    atRest: async () => undefined,
  };
  const disturbances = disturbInvocations({
    random,
    intensity: () => state.intensity,
    sleepFor: (milliseconds) => parts.sleepFor(milliseconds),
  });
  const system = await startSystem({
    market: { kind: "generated", symbols: options.symbols, seed: options.seed },
    speed: "max",
    stateFolder: options.stateFolder,
    fresh: true,
    fromMs: startMs,
    toMs: startMs + options.cycles * cycleMs,
    basePort: 0,
    environment: { ENABLE_TRADING: "true", WINISWIN_CONFIG: configurationFile },
    exchange: { startingBalance: "10000" },
    aroundInvocation: disturbances.around,
    atRest: (nowMs) => parts.atRest(nowMs),
    onLog: options.onLog ?? (() => undefined),
    onProgress: (progress) => {
      if (progress.kind === "executed") state.executed++;
    },
  });
  try {
    const books = await openBooks();
    const [{ control }, { audit }] = await Promise.all([
      import("@winiswin/functions/wiring/control"),
      import("@winiswin/functions/wiring/audit"),
    ]);
    const operator = createOperator(control(), random);
    parts.sleepFor = (milliseconds) => system.clock.sleepUntil(system.clock.nowMs() + milliseconds);
    const faultsOfExchange = async (method: string, body?: unknown) => {
      const response = await fetch(`${system.urls.exchange}/simulator/faults`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      if (!response.ok) throw new Error(`the exchange refuses the fault plan: ${await response.text()}`);
      return (await response.json()) as { readonly rules: readonly { readonly kind: string; readonly injected: number }[] };
    };
    const look = async (): Promise<{ readonly trades: number; readonly found: readonly Violation[] }> => {
      const [positions, trades] = await Promise.all([books.positions.open(bot), books.trades.latest(bot, allTrades)]);
      const exchange = exchangeLedger(options.stateFolder);
      const found = [...violationsOf(exchange, { positions, trades }, sentEntries.countOf), ...(await auditViolations(audit(), exchange))];
      return { trades: trades.length, found };
    };
    parts.atRest = async (nowMs) => {
      const phase = phaseAt(phases, nowMs);
      if (phase.isCheck) {
        const { trades, found } = await look();
        state.checks++;
        options.onCheck?.({ nowMs, cycles: state.executed, trades, violations: found });
        violations.push(...found.map((violation) => ({ ...violation, atMs: nowMs })));
        if (found.length > 0) broken.resolve();
      }
      if (phase.isEveryCycle && !phase.isCheck) {
        const found = violationsInTrouble(exchangeLedger(options.stateFolder), { positions: [], trades: [] }, sentEntries.countOf);
        state.quickLooks++;
        violations.push(...found.map((violation) => ({ ...violation, atMs: nowMs })));
        if (found.length > 0) broken.resolve();
      }
      if (phase.isTroubled) {
        const open = await books.positions.open(bot);
        await operator.interfere(
          nowMs,
          open.map(({ intent }) => intent.symbol),
        );
      }
      if (phase.number === state.phase) return;
      state.phase = phase.number;
      if (!phase.isTroubled) await operator.resume();
      for (const { kind, injected } of (await faultsOfExchange("GET")).rules) faults.set(kind, (faults.get(kind) ?? 0) + injected);
      state.intensity = phase.isTroubled ? options.intensity : 0;
      await faultsOfExchange("PUT", phase.isTroubled ? faultPlan(Math.floor(random() * 2 ** 31), options.intensity) : { rules: [] });
    };
    const broken = Promise.withResolvers<void>();
    const end = await Promise.race([system.finished, broken.promise.then(() => undefined)]);
    if (end?.reason === "failed") throw new Error(end.detail);
    const exchange = exchangeLedger(options.stateFolder);
    const trades = await books.trades.latest(bot, allTrades);
    const counts = await system.queueCounts();
    const gaps = stopGaps(exchange, system.clock.nowMs());
    return {
      seed: options.seed,
      cycles: options.cycles,
      checks: state.checks,
      quickLooks: state.quickLooks,
      executedCycles: state.executed,
      entries: [...exchange.orders.values()].filter(
        (order) => legOf(bot, order.clientOrderId) === "entry" && order.executedQuantity !== "0",
      ).length,
      trades: trades.length,
      exits: countBy(trades.map(({ exitReason }) => exitReason)),
      faults: Object.fromEntries([...faults].sort(([first], [second]) => first.localeCompare(second))),
      disturbances: disturbances.counts,
      operator: operator.counts,
      unprotected: {
        longestMs: Math.max(0, ...gaps.map(({ lengthMs }) => lengthMs)),
        over5Seconds: gaps.filter(({ lengthMs }) => lengthMs > 5_000).length,
        boundMs: unprotectedBoundMs,
      },
      deadLetters: Object.entries(counts).reduce(
        (total, [name, { visible, inFlight }]) => (/dead/i.test(name) ? total + visible + inFlight : total),
        0,
      ),
      violations: [...violations, ...gaps.filter(({ lengthMs }) => lengthMs > unprotectedBoundMs).map(unprotectedTooLong)],
    };
  } finally {
    await system.stop();
    stopWatching();
    sentEntries.stop();
  }
}

const unprotectedTooLong = ({ symbol, fromMs, lengthMs }: StopGap) => ({
  law: "no position is unprotected for longer than the bound",
  detail: `${symbol} was open without a stop for ${lengthMs / 1000} s`,
  atMs: fromMs,
});

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
