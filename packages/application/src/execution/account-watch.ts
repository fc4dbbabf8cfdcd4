import { zeroUsdt } from "@winiswin/domain/decimal";
import type { ClosedTrade } from "@winiswin/domain/risk/closed-trade";
import { dailyLossHalt } from "@winiswin/domain/risk/daily-loss";
import { drawdownHalt } from "@winiswin/domain/risk/drawdown";
import type { EntryHalt } from "@winiswin/domain/risk/entry-halt";
import { type EquityMarks, markEquity, withPeakReset } from "@winiswin/domain/risk/equity-marks";
import { stopLossGuardHalt } from "@winiswin/domain/risk/stop-loss-guard";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { RiskRecord } from "../ports/risk-record.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";

type Dependencies = Pick<ExecutionDependencies, "clock" | "control" | "gateway" | "configuration" | "eventBus" | "logger">;

/** Who is named in the halt of everything after too deep a drawdown. */
export const drawdownHaltBy = "the drawdown protection";

const attempts = 3;

/**
 * Looks at the account once a cycle: moves the marks that losses are measured from, halts everything after too deep a drawdown, and tells
 * once what keeps entries out.
 *
 * Requests: the balance (weight 5) and the transfers since the former look (weight 30). Undefined when the exchange did not answer; then the
 * marks stay where they were.
 */
export async function watchAccount(trades: readonly ClosedTrade[], dependencies: Dependencies): Promise<EquityMarks | undefined> {
  const { control, configuration, logger } = dependencies;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const former = await control.riskRecord(configuration.bot);
    const look = await lookAt(former, dependencies);
    if (look === undefined) return undefined;
    const marks = await mark(former, look, trades, dependencies);
    if (marks !== undefined) return marks;
  }
  logger.error("the equity marks could not be stored: another writer changed them each time", { bot: configuration.bot });
  return undefined;
}

type Look = Parameters<typeof markEquity>[1];

async function lookAt(former: RiskRecord | undefined, { clock, gateway, logger }: Dependencies): Promise<Look | undefined> {
  const atMs = clock.nowMs();
  try {
    const [{ equity }, transfers] = await Promise.all([
      gateway.balance(),
      former === undefined || former.marks.atMs >= atMs ? zeroUsdt : gateway.transfersBetween(former.marks.atMs + 1, atMs),
    ]);
    return { equity, transfers, atMs };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("the account could not be looked at", { reason: error.message });
    return undefined;
  }
}

async function mark(
  former: RiskRecord | undefined,
  look: Look,
  trades: readonly ClosedTrade[],
  { control, configuration, eventBus, logger }: Dependencies,
): Promise<EquityMarks | undefined> {
  const { bot, risk } = configuration;
  const { atMs } = look;
  const standing = await control.halt();
  const hasResumed = former?.drawdownHaltedAtMs !== undefined && standing === undefined;
  const looked = markEquity(former?.marks, look);
  const marks = hasResumed ? withPeakReset(looked) : looked;
  const drawdown = drawdownHalt(marks, risk.maximumDrawdownPercent);
  const isNewHalt = drawdown !== undefined && standing === undefined;
  // The halt comes before the record: a crash between the two leaves it standing, and the next look recognises it by its name.
  if (isNewHalt) await control.setHalt({ reason: drawdown.reason, by: drawdownHaltBy, atMs });
  const halts = [
    drawdown,
    dailyLossHalt(marks, risk.maximumDailyLossPercent, atMs),
    stopLossGuardHalt(trades, risk.stopLossGuard, atMs),
  ].flatMap((halt) => (halt === undefined ? [] : [{ ...halt, sinceMs: sinceOf(halt, former) ?? atMs }]));
  const untold = halts.filter((halt) => sinceOf(halt, former) === undefined || (isNewHalt && halt.code === "MAXIMUM_DRAWDOWN"));
  for (const { code, reason } of untold) logger.warn("entries rest", { bot, code, reason });
  if (untold.length > 0) await eventBus.publish(untold.map(({ code, reason }) => ({ type: "EntriesHalted", code, reason, atMs })));
  const isDrawdownStanding = isNewHalt || standing?.by === drawdownHaltBy;
  const saved = await control.saveRiskRecord({
    bot,
    version: (former?.version ?? 0) + 1,
    marks,
    halts,
    drawdownHaltedAtMs: isDrawdownStanding
      ? (former?.drawdownHaltedAtMs ?? standing?.atMs ?? atMs)
      : standing && former?.drawdownHaltedAtMs,
  });
  return saved ? marks : undefined;
}

const sinceOf = ({ code }: EntryHalt, former: RiskRecord | undefined): number | undefined =>
  former?.halts.find((halt) => halt.code === code)?.sinceMs;
