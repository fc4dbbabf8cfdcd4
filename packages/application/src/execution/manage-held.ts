import { cycleTimeframe } from "@winiswin/domain/cycle";
import { decimal, toNumber } from "@winiswin/domain/decimal";
import { dueExit, trailingStop } from "@winiswin/domain/exit/exit-rules";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import { roundPrice } from "@winiswin/domain/instrument";
import { heldPositionOf, type OpenPosition, stopOf, withStopAt } from "@winiswin/domain/position";
import { durationMs } from "@winiswin/domain/timeframe";
import { deadlineMs } from "../analysis/dispatch-cycle.ts";
import type { Cycle } from "../ports/cycle-store.ts";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { ExchangePosition, ProtectionReport } from "../ports/order-gateway.ts";
import { type AccountLease, LeaseLost } from "./account/account-lease.ts";
import { closePosition } from "./closing/close-position.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { reconcilePosition } from "./guard/reconcile-position.ts";
import { announceMoved } from "./protection/open-position.ts";
import { standsIn } from "./protection/place-protection.ts";
import { protectPosition } from "./protection/protect-position.ts";

/** The next candle has closed and been analyzed by then: what was seen before says nothing about now. */
const viewsLastMs = durationMs(cycleTimeframe) + deadlineMs;

/**
 * Applies the exits that look at a closed candle to what is open: the time stop, the re-validation of the idea, the trailing of the last part.
 *
 * Repeating it changes nothing: a stop only moves to a better price, and a position that is being closed is left to the guard. Views older
 * than a candle are not acted on: a cycle may be delivered again hours later. Throws the
 * ExchangeError of an exchange that is away, so that the cycle is delivered again.
 */
export async function manageHeld(
  cycle: Pick<Cycle, "closeTimeMs" | "shards">,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<void> {
  const views = cycle.shards.flatMap(({ held }) => held ?? []);
  if (views.length === 0) return;
  const ageMs = dependencies.clock.nowMs() - cycle.closeTimeMs;
  if (ageMs > viewsLastMs) {
    dependencies.logger.warn("views of held positions are too old to act on", { positions: views.length, ageMs });
    return;
  }
  await manageAll(views, cycle.closeTimeMs, lease, dependencies);
}

async function manageAll(
  views: readonly HeldView[],
  closeTimeMs: number,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<void> {
  const { gateway, positions, configuration } = dependencies;
  const stored = await positions.open(configuration.bot);
  const concerned = stored.flatMap((position) => {
    const view = views.find(({ positionId }) => positionId === position.intent.positionId);
    return view === undefined || position.state !== "open" ? [] : [{ position, view }];
  });
  if (concerned.length === 0) return;
  const [held, protections] = await Promise.all([gateway.positions(), gateway.openProtections()]);
  const failures: ExchangeError[] = [];
  for (const { position, view } of concerned) {
    const onExchange = held.find((open) => open.symbol === view.symbol && open.direction === view.direction);
    if (onExchange === undefined) continue;
    try {
      await manageOne(position, view, onExchange, protections, closeTimeMs, lease, dependencies);
    } catch (error) {
      // One position that cannot be looked at must not keep the others waiting.
      if (!(error instanceof ExchangeError)) throw error;
      dependencies.logger.error("held position could not be looked at", { positionId: view.positionId, reason: error.message });
      failures.push(error);
    }
  }
  // An exchange that is away keeps entries away too: the whole cycle comes again. What is wrong with one position only waits a candle.
  const passing = failures.find(({ kind }) => kind !== "fatal");
  if (passing !== undefined) throw passing;
}

async function manageOne(
  stored: OpenPosition,
  view: HeldView,
  held: ExchangePosition,
  protections: readonly ProtectionReport[],
  closeTimeMs: number,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<void> {
  const { configuration, logger, positions } = dependencies;
  // Without its first stop it may not be ours any more: the guard looks at that first.
  const stop = stopOf(stored.intent);
  if (!protections.some((report) => report.clientOrderId === stop.clientOrderId || standsIn(report, stored, stop))) return;
  await lease.renew();
  const position = await reconcilePosition(stored, held, protections, dependencies);
  // What is held is no longer ours; the guard records what was.
  if (position === "over") return;
  const rules = heldPositionOf(position);
  const due = dueExit(rules, view, closeTimeMs, configuration.exits);
  if (due !== undefined) {
    logger.info("position closed by a rule", { positionId: position.intent.positionId, cause: due.cause, reason: due.reason });
    await closePosition(position, due, dependencies);
    return;
  }
  const wanted = trailingStop(rules, view, configuration.exits);
  const moved = wanted === undefined ? position : trailedTo(position, wanted);
  if (moved === position) {
    if (position !== stored) await protect(position);
    return;
  }
  const next: OpenPosition = { ...moved, version: position.version + 1 };
  if (!(await positions.update(next))) throw new LeaseLost(`another writer changed ${position.intent.positionId} first`);
  await protect(next);

  async function protect(current: OpenPosition): Promise<void> {
    const protection = await protectPosition(current, protections, lease, dependencies);
    if (protection.protection === "complete") await announceMoved(current, protection.placed, dependencies);
  }
}

/** On the tick grid, rounded away from the price: rounding never brings a stop nearer than the rule says. */
function trailedTo(position: OpenPosition, wanted: number): OpenPosition {
  const { exitTerms, direction } = position.intent;
  if (exitTerms === undefined || !(wanted > 0)) return position;
  const stopPrice = roundPrice(exitTerms, decimal(String(wanted)), direction === "long" ? "down" : "up");
  return toNumber(stopPrice) > 0 ? withStopAt(position, "trailing", stopPrice) : position;
}
