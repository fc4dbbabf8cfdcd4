import type { Direction } from "@winiswin/domain/direction";
import type { Timeframe } from "@winiswin/domain/timeframe";
import type { EngineEvent } from "../event.ts";
import type { SwingLabel } from "../structure/swings.ts";
import type { ZoneClass } from "../zones/zone.ts";
import type { Plain } from "./plain-view.ts";

/** A symbol at one candle, with what led there: plain data throughout, fit for JSON. */
export interface Inspection {
  readonly symbol: string;
  /** Close of the inspected candle, ISO. */
  readonly at: string;
  readonly isWarm: boolean;
  readonly view: { readonly [name: string]: Plain };
  /** The last events, oldest first. */
  readonly events: readonly EngineEvent[];
  readonly chart: ChartModel;
}

/** What a chart of the last candles shows, as it was known at the inspected close. */
export interface ChartModel {
  readonly candles: readonly ChartCandle[];
  readonly lines: readonly ChartLine[];
  readonly areas: readonly ChartArea[];
  readonly swings: readonly ChartSwing[];
  readonly breaks: readonly ChartBreak[];
  readonly sweeps: readonly ChartSweep[];
  readonly zones: readonly ChartZone[];
  readonly levels: readonly { readonly name: string; readonly price: number }[];
  readonly profile: readonly { readonly price: number; readonly volume: number }[];
}

export interface ChartCandle {
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** One value a candle; null where there is none. */
export interface ChartLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** An order block, breaker or fair value gap from its own candle to its end, or to the inspected close. */
export interface ChartArea {
  readonly kind: "order block" | "breaker" | "gap";
  readonly direction: Direction;
  readonly top: number;
  readonly bottom: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly isActive: boolean;
}

export interface ChartSwing {
  readonly side: "high" | "low";
  readonly label: SwingLabel;
  readonly timeMs: number;
  readonly price: number;
}

/** From the broken swing to the close that broke it. */
export interface ChartBreak {
  readonly kind: "BOS" | "CHoCH";
  readonly direction: Direction;
  readonly fromMs: number;
  readonly toMs: number;
  readonly price: number;
}

export interface ChartSweep {
  readonly direction: Direction;
  readonly timeMs: number;
  readonly level: number;
  readonly extreme: number;
  readonly kind: string;
}

export interface ChartZone {
  readonly timeframe: Timeframe;
  readonly role: "support" | "resistance";
  readonly class: ZoneClass;
  readonly score: number;
  readonly touches: number;
  readonly top: number;
  readonly bottom: number;
}
