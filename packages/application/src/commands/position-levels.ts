import { type DecimalValue, type Price, toNumber } from "@winiswin/domain/decimal";
import { exitSideOf, type StopLeg } from "@winiswin/domain/order";
import type { Position } from "@winiswin/domain/position";
import type { ExchangePosition, ProtectionReport } from "../ports/order-gateway.ts";
import { exactText, noFigure, priceText, signedFigureText } from "./figures.ts";

type Filled = Exclude<Position, { readonly state: "entering" }>;
type Target = Filled["targets"][number];

/** What rests on the exchange for a position there: the stop at which it is left first, if one covers all of it, and the targets. */
export interface Resting {
  readonly stop: ProtectionReport | undefined;
  readonly targets: readonly ProtectionReport[];
}

/** The orders that still wait, on the side that closes the position. */
export function restingFor(position: ExchangePosition, protections: readonly ProtectionReport[]): Resting {
  const side = exitSideOf(position.direction);
  const waiting = protections.filter((order) => order.symbol === position.symbol && order.status === "new" && order.side === side);
  const covering = waiting.filter(
    ({ leg, closePosition, quantity }) => leg === "stopLoss" && (closePosition || quantity?.gte(position.quantity) === true),
  );
  const isNearer = (one: ProtectionReport, other: ProtectionReport): boolean =>
    position.direction === "long" ? one.triggerPrice.gt(other.triggerPrice) : one.triggerPrice.lt(other.triggerPrice);
  return {
    // A moved stop rests beside the first one, and is met before it.
    stop: covering.reduce<ProtectionReport | undefined>(
      (nearest, order) => (nearest === undefined || isNearer(order, nearest) ? order : nearest),
      undefined,
    ),
    targets: waiting.filter(({ leg }) => leg === "takeProfit"),
  };
}

const stopNames: Record<StopLeg, string> = { stopLoss: "first stop", breakeven: "breakeven", trailing: "trailing" };

/** Why the stop is where it is; on the exchange it may still be where our record had it before. */
export function stopCause(record: Position | undefined, resting: ProtectionReport | undefined): string {
  if (record === undefined) return noFigure;
  if (record.state === "entering") return stopNames.stopLoss;
  const { stopLeg, stopPrice, intent } = record;
  if (resting === undefined || resting.triggerPrice.eq(stopPrice)) return stopNames[stopLeg];
  const meant = `${stopNames[stopLeg]} at ${exactText(stopPrice)} not there yet`;
  return resting.triggerPrice.eq(intent.stopPrice) ? `${stopNames.stopLoss}; ${meant}` : `of another hand; ${meant}`;
}

/** "1 taken at 50,500 · 2 at 50,750 (+0.99 %) · rest trails"; without a record what the exchange has. */
export function targetsText(record: Position | undefined, resting: Resting | undefined, mark: Price | undefined): string {
  const onExchange = resting?.targets ?? [];
  if (record === undefined)
    return onExchange.length === 0 ? noFigure : onExchange.map(({ triggerPrice }) => levelText(triggerPrice, mark)).join(" · ");
  if (record.state === "entering") return levelText(record.intent.targetPrice, mark);
  const isMissing = ({ price }: Target) => resting !== undefined && !onExchange.some(({ triggerPrice }) => triggerPrice.eq(price));
  const tiers = record.targets.map((target) =>
    target.taken === undefined
      ? `${target.tier} at ${levelText(target.price, mark)}${isMissing(target) ? " NOT on the exchange" : ""}`
      : `${target.tier} taken at ${priceText(toNumber(target.taken.price))}`,
  );
  const trailing = record.targets.reduce<DecimalValue>((rest, { quantity }) => rest.minus(quantity), record.quantity);
  return [...tiers, ...(trailing.gt("0") ? ["rest trails"] : [])].join(" · ") || noFigure;
}

/** "63,000 (-1.25 %)": how far the mark price is from the level. */
export function levelText(level: Price | undefined, mark: Price | undefined): string {
  if (level === undefined) return noFigure;
  const plain = exactText(level);
  if (mark === undefined || toNumber(mark) <= 0) return plain;
  return `${plain} (${signedFigureText((100 * (toNumber(level) - toNumber(mark))) / toNumber(mark), 2, " %")})`;
}
