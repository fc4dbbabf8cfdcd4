import type { Direction } from "@winiswin/domain/direction";
import type { Timeframe } from "@winiswin/domain/timeframe";

export const engineEventKinds = [
  "swing.confirmed",
  "swing.replaced",
  "swing.final",
  "structure.bos",
  "structure.choch",
  "orderBlock.formed",
  "orderBlock.touched",
  "orderBlock.mitigated",
  "orderBlock.invalidated",
  "orderBlock.expired",
  "breaker.formed",
  "breaker.touched",
  "breaker.mitigated",
  "breaker.invalidated",
  "breaker.expired",
  "gap.formed",
  "gap.touched",
  "gap.halfFilled",
  "gap.filled",
  "gap.expired",
  "sweep.confirmed",
  "level.broken",
  "pool.formed",
  "pool.joined",
  "divergence.confirmed",
  "zone.formed",
  "zone.touched",
  "zone.broken",
  "zone.flipped",
  "zone.removed",
  "regime.changed",
] as const;

export type EngineEventKind = (typeof engineEventKinds)[number];

/** A fact that became knowable at one candle close; never rewritten, later states are events of their own. */
export interface EngineEvent {
  readonly kind: EngineEventKind;
  readonly timeframe: Timeframe;
  /** Long for what points up or supports from below (a swing low, a bullish break, a demand block), short mirrored;
   * long for a regime that has no direction. */
  readonly direction: Direction;
  /** Open time of the bar that the fact is about: later states of a thing carry the bar of the thing itself. */
  readonly barTimeMs: number;
  /** Close time of the 15m candle that made it knowable. */
  readonly confirmedAtMs: number;
  /** Upper and lower price; equal for a single level. */
  readonly top: number;
  readonly bottom: number;
  /** The swing's label (HH, LL, EQH ...), the level's kind, the regime's name; else empty. */
  readonly detail: string;
}

/** Collects the events of one update; the arrays it gives out are never changed afterwards. */
export class EventLog {
  private current: EngineEvent[] = [];
  private confirmedAtMs = 0;

  begin(confirmedAtMs: number): void {
    if (this.current.length > 0) this.current = [];
    this.confirmedAtMs = confirmedAtMs;
  }

  record(
    kind: EngineEventKind,
    timeframe: Timeframe,
    sign: 1 | -1,
    barTimeMs: number,
    firstPrice: number,
    secondPrice: number,
    detail = "",
  ): void {
    const top = Math.max(firstPrice, secondPrice);
    const bottom = Math.min(firstPrice, secondPrice);
    const direction: Direction = sign === 1 ? "long" : "short";
    this.current.push({ kind, timeframe, direction, barTimeMs, confirmedAtMs: this.confirmedAtMs, top, bottom, detail });
  }

  events(): readonly EngineEvent[] {
    return this.current;
  }
}
