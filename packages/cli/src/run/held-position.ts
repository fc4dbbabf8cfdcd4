import type { ExchangePosition } from "@winiswin/application/ports/order-gateway";
import type { Price, Quantity, Usdt } from "@winiswin/domain/decimal";
import type { Direction } from "@winiswin/domain/direction";
import { isWaiting } from "@winiswin/domain/exit/targets";
import type { StopLeg } from "@winiswin/domain/order";
import type { Position } from "@winiswin/domain/position";

/** A position on our record beside what the exchange says about it. */
export interface HeldPosition {
  readonly positionId: string;
  readonly cycleId: string;
  readonly symbol: string;
  readonly direction: Direction;
  readonly strategy: string;
  readonly state: Position["state"];
  /** What the entry filled. */
  readonly quantity: Quantity;
  /** What of it is still open. */
  readonly openQuantity: Quantity;
  readonly entryPrice: Price;
  readonly stopPrice: Price;
  /** What put the stop where it is. */
  readonly stopLeg: StopLeg;
  readonly targetPrice: Price;
  readonly targets: number;
  readonly takenTargets: number;
  /** When a stop was last known to rest on the exchange; undefined: so far none is confirmed. */
  readonly stopConfirmedAtMs: number | undefined;
  readonly openedAtMs: number;
  /** Undefined while the exchange has no such position or was not asked. */
  readonly markPrice: Price | undefined;
  readonly unrealisedProfit: Usdt | undefined;
}

export function heldPositions(records: readonly Position[], onExchange: readonly ExchangePosition[]): readonly HeldPosition[] {
  return records.map((record) => {
    const held = onExchange.find((position) => position.symbol === record.intent.symbol);
    const isEntering = record.state === "entering";
    return {
      positionId: record.intent.positionId,
      cycleId: record.cycleId,
      symbol: record.intent.symbol,
      direction: record.intent.direction,
      strategy: record.strategy,
      state: record.state,
      quantity: isEntering ? record.intent.quantity : record.quantity,
      openQuantity: isEntering ? record.intent.quantity : record.openQuantity,
      entryPrice: isEntering ? record.intent.entryPrice : record.entryPrice,
      stopPrice: isEntering ? record.intent.stopPrice : record.stopPrice,
      stopLeg: isEntering ? "stopLoss" : record.stopLeg,
      targets: isEntering ? 0 : record.targets.length,
      takenTargets: isEntering ? 0 : record.targets.filter((target) => !isWaiting(target)).length,
      targetPrice: isEntering ? record.intent.targetPrice : record.targetPrice,
      stopConfirmedAtMs: isEntering ? undefined : record.stopConfirmedAtMs,
      openedAtMs: isEntering ? record.createdAtMs : record.filledAtMs,
      markPrice: held?.markPrice,
      unrealisedProfit: held?.unrealisedProfit,
    };
  });
}
