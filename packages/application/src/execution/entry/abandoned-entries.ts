import type { EnteringPosition, Position } from "@winiswin/domain/position";
import type { ExchangePosition } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { isFromOurEntry } from "./our-entry.ts";

/** For how long an entry that was given up is recognised when it shows after all, and its symbol takes no other entry. */
export const abandonedKeptMs = 2 * 3_600_000;

/** Turns an entry that the exchange did not know into one that is given up and remembered; false when another writer was first. */
export async function abandonEntry(
  position: EnteringPosition & { readonly sentAtMs: number },
  { clock, control, positions }: Pick<ExecutionDependencies, "clock" | "control" | "positions">,
): Promise<boolean> {
  const { intent, strategy, signalId, cycleId, createdAtMs, sentAtMs } = position;
  const facts = { intent, strategy, signalId, cycleId, createdAtMs, sentAtMs, version: position.version + 1 };
  // Frozen first: a crash between the two must not let another entry of the symbol through.
  await control.freezeSymbol(intent.symbol, frozenReason(intent.symbol), clock.nowMs());
  return positions.update({ ...facts, state: "abandoned", abandonedAtMs: clock.nowMs() });
}

const frozenReason = (symbol: string): string =>
  `an entry of ${symbol} was given up; should it show after all, another one would double it`;

/**
 * Takes back what shows after it was given up: a position that nobody else explains becomes an entry again, and is settled, protected and told
 * like any other.
 */
export async function adoptAbandoned(
  stored: readonly Position[],
  held: readonly ExchangePosition[],
  dependencies: ExecutionDependencies,
): Promise<readonly EnteringPosition[]> {
  const { positions, configuration, logger } = dependencies;
  const explained = new Set(stored.map(({ intent }) => intent.symbol));
  const strangers = held.filter(({ symbol }) => !explained.has(symbol));
  if (strangers.length === 0) return [];
  const adopted: EnteringPosition[] = [];
  for (const entry of await positions.abandoned(configuration.bot)) {
    const stranger = strangers.find(({ symbol, direction }) => symbol === entry.intent.symbol && direction === entry.intent.direction);
    if (stranger === undefined || !(await isFromOurEntry(entry, stranger, dependencies))) continue;
    const { abandonedAtMs: _given, ...facts } = entry;
    const entering: EnteringPosition = { ...facts, state: "entering", missingSinceMs: undefined, version: entry.version + 1 };
    if (!(await positions.update(entering))) continue;
    logger.warn("an entry that was given up has shown", { positionId: entry.intent.positionId, quantity: stranger.quantity.toFixed() });
    adopted.push(entering);
  }
  return adopted;
}

/**
 * Forgets what has not shown for long enough, and lets every symbol be entered again that nothing stands for any more: a crash may have come
 * between the end of an entry or position and the lifting of its freeze.
 */
export async function forgetAbandoned(
  held: readonly ExchangePosition[],
  { clock, control, positions, configuration }: ExecutionDependencies,
): Promise<void> {
  const { bot } = configuration;
  const abandoned = await positions.abandoned(bot);
  const forgotten = abandoned.filter((entry) => clock.nowMs() - entry.abandonedAtMs >= abandonedKeptMs);
  for (const entry of forgotten) await positions.remove(entry);
  const frozen = await control.frozenSymbols();
  if (frozen.size === 0) return;
  const kept = abandoned.filter((entry) => !forgotten.includes(entry));
  const concerned = new Set([...(await positions.open(bot)), ...kept].map(({ intent }) => intent.symbol));
  for (const symbol of frozen.keys()) {
    if (!concerned.has(symbol) && !held.some((position) => position.symbol === symbol)) await control.unfreezeSymbol(symbol);
  }
}
