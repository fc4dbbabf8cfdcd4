import type { ClosedTrade } from "@winiswin/domain/risk/closed-trade";
import { dailyLossHalt } from "@winiswin/domain/risk/daily-loss";
import { drawdownHalt, retractedDrawdown } from "@winiswin/domain/risk/drawdown";
import type { EntryHalt } from "@winiswin/domain/risk/entry-halt";
import type { EquityMarks } from "@winiswin/domain/risk/equity-marks";
import { isRefutedByLateTransfer, markLooks, nothingSeen, withLook } from "@winiswin/domain/risk/equity-marks-history";
import { stopLossGuardHalt } from "@winiswin/domain/risk/stop-loss-guard";
import type { Halt } from "../../ports/control-store.ts";
import type { RiskRecord } from "../../ports/risk-record.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { lookAtAccount, type Sight } from "./account-look.ts";

type Dependencies = Pick<ExecutionDependencies, "clock" | "control" | "gateway" | "configuration" | "eventBus" | "logger">;

/** Who is named in the halt of everything after too deep a drawdown. */
export const drawdownHaltBy = "the drawdown protection";

const attempts = 3;

/**
 * Looks at the account once a cycle: moves the marks that losses are measured from, halts everything after too deep a drawdown, and tells
 * once what keeps entries out.
 *
 * Requests: the balance (weight 5) and the transfers of the last hour or more (weight 30). Undefined when the equity could not be told;
 * then the marks stay where they were.
 */
export async function watchAccount(trades: readonly ClosedTrade[], dependencies: Dependencies): Promise<EquityMarks | undefined> {
  const { control, configuration, logger } = dependencies;
  const { bot, risk } = configuration;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const former = await control.riskRecord(bot);
    const isKnown = former?.halts.some(({ code }) => code === "MAXIMUM_DRAWDOWN") === true;
    const isAlarming = (marks: EquityMarks) => !isKnown && drawdownHalt(marks, risk.maximumDrawdownPercent) !== undefined;
    const sight = await lookAtAccount(former?.history ?? nothingSeen, isAlarming, dependencies);
    if (sight === undefined) return undefined;
    const marks = await mark(former, sight, trades, dependencies);
    if (marks !== undefined) return marks;
  }
  logger.error("the equity marks could not be stored: another writer changed them each time", { bot });
  return undefined;
}

async function mark(
  former: RiskRecord | undefined,
  { look, transfers }: Sight,
  trades: readonly ClosedTrade[],
  { control, configuration, eventBus, logger }: Dependencies,
): Promise<EquityMarks | undefined> {
  const { bot, risk } = configuration;
  const atMs = look.answeredAtMs;
  const standing = await control.halt();
  const hasResumed = former?.drawdownHaltedAtMs !== undefined && standing === undefined;
  const resetsPeak = hasResumed && former.drawdownRetractedAtMs === undefined;
  const history = withLook(former?.history ?? nothingSeen, { ...look, resetsPeak }, transfers);
  const marks = markLooks(history).at(-1)?.marks;
  if (marks === undefined) throw new Error("a look that nothing makes ambiguous has no marks");
  const drawdown = drawdownHalt(marks, risk.maximumDrawdownPercent);
  const isNewHalt = drawdown !== undefined && standing === undefined;
  // The halt comes before the record: a crash between the two leaves it standing, and the next look recognises it by its name.
  if (isNewHalt) await control.setHalt({ reason: drawdown.reason, by: drawdownHaltBy, atMs });
  const drawdownHaltedAtMs = isNewHalt ? atMs : haltedAtMs(former, standing);
  const drawdownRetractedAtMs = drawdown === undefined ? retractedAtMs() : undefined;
  const isRetractionNews = drawdownRetractedAtMs !== (hasResumed ? undefined : former?.drawdownRetractedAtMs);
  const halts = [
    drawdown ?? (drawdownRetractedAtMs === undefined ? undefined : retractedDrawdown(marks)),
    dailyLossHalt(marks, risk.maximumDailyLossPercent, atMs),
    stopLossGuardHalt(trades, risk.stopLossGuard, atMs),
  ].flatMap((halt) => (halt === undefined ? [] : [{ ...halt, sinceMs: sinceOf(halt, former) ?? atMs }]));
  const isNews = (halt: EntryHalt) =>
    sinceOf(halt, former) === undefined || (halt.code === "MAXIMUM_DRAWDOWN" && (isNewHalt || isRetractionNews));
  const untold = halts.filter(isNews);
  for (const { code, reason } of untold) logger.warn("entries rest", { bot, code, reason });
  if (untold.length > 0) await eventBus.publish(untold.map(({ code, reason }) => ({ type: "EntriesHalted", code, reason, atMs })));
  const version = (former?.version ?? 0) + 1;
  const saved = await control.saveRiskRecord({ bot, version, marks, history, halts, drawdownHaltedAtMs, drawdownRetractedAtMs });
  return saved ? marks : undefined;

  /** The halt stays all the same: the system never takes one of everything back by itself. */
  function retractedAtMs(): number | undefined {
    if (former === undefined || drawdownHaltedAtMs === undefined) return undefined;
    if (former.drawdownRetractedAtMs !== undefined) return former.drawdownRetractedAtMs;
    const reaches = (then: EquityMarks) => drawdownHalt(then, risk.maximumDrawdownPercent) !== undefined;
    return isRefutedByLateTransfer(former.history, history, drawdownHaltedAtMs, reaches) ? atMs : undefined;
  }
}

/** When the drawdown's halt that stands was set; also under a person's halt that replaced it. */
function haltedAtMs(former: RiskRecord | undefined, standing: Halt | undefined): number | undefined {
  if (standing === undefined) return undefined;
  return former?.drawdownHaltedAtMs ?? (standing.by === drawdownHaltBy ? standing.atMs : undefined);
}

const sinceOf = ({ code }: EntryHalt, former: RiskRecord | undefined): number | undefined =>
  former?.halts.find((halt) => halt.code === code)?.sinceMs;
