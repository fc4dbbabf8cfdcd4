import { refusals } from "../matching/exchange-refusal.ts";
import type { RouteContext } from "./route.ts";

const weekMs = 7 * 86_400_000;

/** Items in the asked window of at most seven days (the last seven without one), oldest first, `limit` of them. */
export function inWindow<Item>(
  { parameters, nowMs }: RouteContext,
  items: readonly Item[],
  timeOf: (item: Item) => number,
  standardLimit: number,
): readonly Item[] {
  const limit = parameters.limit(standardLimit, 1_000);
  const endMs = parameters.integer("endTime");
  const startMs = parameters.integer("startTime");
  const fromMs = startMs ?? (endMs ?? nowMs) - weekMs;
  const untilMs = endMs ?? (startMs === undefined ? nowMs : startMs + weekMs);
  if (untilMs - fromMs > weekMs) throw refusals.invalidParameter("startTime");
  const found = items.filter((item) => timeOf(item) >= fromMs && timeOf(item) <= untilMs);
  const page = parameters.integer("page");
  if (page !== undefined && page > 0) return found.slice((page - 1) * limit, page * limit);
  return startMs === undefined ? found.slice(-limit) : found.slice(0, limit);
}
