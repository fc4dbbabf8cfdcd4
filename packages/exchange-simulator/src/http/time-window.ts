import { dayMs } from "../market/candle-columns.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import { toldMs } from "../matching/retention.ts";
import type { RouteContext } from "./route.ts";

const weekDays = 7;

export interface WindowRules {
  readonly standardLimit: number;
  /** 1,000 unless told otherwise. */
  readonly largestLimit?: number;
  /** The longest span that may be asked for; undefined for no limit. A week unless told otherwise. */
  readonly longestDays?: number | undefined;
  /** How far the answer reaches back, in milliseconds: 90 days unless told otherwise. */
  readonly reachMs?: number;
  /** Items from an id on were selected: without a window all of them are meant, the first ones first. */
  readonly isFromId?: boolean;
}

/** Items in the asked window (the last seven days without one), oldest first, a page of them; a start alone shows the first ones. */
export function inWindow<Item>(
  { parameters, nowMs }: RouteContext,
  items: readonly Item[],
  timeOf: (item: Item) => number,
  rules: WindowRules,
): readonly Item[] {
  const { standardLimit, largestLimit = 1_000, reachMs = toldMs, isFromId = false } = rules;
  const longestDays = "longestDays" in rules ? rules.longestDays : weekDays;
  const limit = parameters.limit(standardLimit, largestLimit);
  const endMs = parameters.integer("endTime");
  const startMs = parameters.integer("startTime");
  const isOpen = isFromId && startMs === undefined && endMs === undefined;
  const fromMs = isOpen ? 0 : (startMs ?? (endMs ?? nowMs) - weekDays * dayMs);
  const untilMs = endMs ?? (startMs === undefined || longestDays === undefined ? nowMs : startMs + longestDays * dayMs);
  if (fromMs > untilMs) throw refusals.startAfterEnd();
  if (!isOpen && longestDays !== undefined && untilMs - fromMs > longestDays * dayMs) throw refusals.timeInterval(longestDays);
  const oldestMs = Math.max(fromMs, nowMs - reachMs);
  const found = items.filter((item) => timeOf(item) >= oldestMs && timeOf(item) <= untilMs);
  const page = parameters.integer("page");
  if (page !== undefined && page > 0) return found.slice((page - 1) * limit, page * limit);
  return startMs === undefined && !isFromId ? found.slice(-limit) : found.slice(0, limit);
}
