import type { EngineEvent } from "../event.ts";
import type { SwingLabel } from "../structure/swings.ts";
import type { SymbolView } from "../symbol-view.ts";
import type { ChartArea, ChartBreak, ChartCandle, ChartModel, ChartSweep, ChartSwing } from "./inspection.ts";

type LineName = "EMA 50" | "EMA 200" | "VWAP" | "VWAP +2" | "VWAP -2";

const lineReadings: Record<LineName, (view: SymbolView) => number> = {
  "EMA 50": (view) => view.ema50,
  "EMA 200": (view) => view.ema200,
  VWAP: (view) => view.dailyVwap.value,
  "VWAP +2": (view) => view.dailyVwap.upper2,
  "VWAP -2": (view) => view.dailyVwap.lower2,
};

const areaKinds: Record<string, ChartArea["kind"]> = { orderBlock: "order block", breaker: "breaker", gap: "gap" };
const areaEnds = new Set(["invalidated", "filled", "expired"]);

/** Follows an engine candle by candle and keeps what a chart of the shown candles needs. */
export class ChartRecorder {
  private readonly candles: ChartCandle[] = [];
  private readonly lines = new Map<LineName, (number | null)[]>();
  private readonly areas = new Map<string, ChartArea>();
  private readonly swings = new Map<string, ChartSwing>();
  private readonly breaks: ChartBreak[] = [];
  private readonly sweeps: ChartSweep[] = [];
  private readonly pending = new Map<"high" | "low", string>();

  /** Takes note of the events of every candle; lines and candles only of those that are shown. */
  take(view: SymbolView, events: readonly EngineEvent[], isShown: boolean): void {
    for (const event of events) if (event.timeframe === "15m") this.note(event, view);
    if (!isShown) return;
    const { openTimeMs, open, high, low, close, volume } = view.candle;
    this.candles.push({ openTimeMs, open, high, low, close, volume });
    for (const [name, read] of Object.entries(lineReadings) as [LineName, (view: SymbolView) => number][]) {
      // Of a new day's VWAP the first candle says nothing: the gap keeps the days apart on the drawing.
      const isFirstOfDay = name.startsWith("VWAP") && view.dailyVwap.startBar === view.bar;
      const value = isFirstOfDay ? Number.NaN : read(view);
      const values = this.lines.get(name) ?? [];
      values.push(Number.isNaN(value) ? null : value);
      this.lines.set(name, values);
    }
  }

  private note(event: EngineEvent, view: SymbolView): void {
    const [subject, what] = event.kind.split(".") as [string, string];
    const areaKind = areaKinds[subject];
    if (areaKind !== undefined) this.noteArea(areaKind, what, event);
    else if (subject === "swing") this.noteSwing(what, event);
    else if (subject === "structure") this.noteBreak(event, view);
    else if (subject === "sweep") this.noteSweep(event);
  }

  private noteArea(kind: ChartArea["kind"], what: string, event: EngineEvent): void {
    const key = `${kind} ${event.direction} ${event.barTimeMs}`;
    if (what === "formed") {
      const { direction, top, bottom } = event;
      this.areas.set(key, { kind, direction, top, bottom, fromMs: event.barTimeMs, toMs: Number.POSITIVE_INFINITY, isActive: true });
    }
    const area = this.areas.get(key);
    if (area !== undefined && areaEnds.has(what)) this.areas.set(key, { ...area, toMs: event.confirmedAtMs, isActive: false });
  }

  private noteSwing(what: string, event: EngineEvent): void {
    if (what === "final") return;
    const side = event.direction === "short" ? "high" : "low";
    const replaced = this.pending.get(side);
    if (what === "replaced" && replaced !== undefined) this.swings.delete(replaced);
    const key = `${side} ${event.barTimeMs}`;
    this.pending.set(side, key);
    this.swings.set(key, { side, label: event.detail as SwingLabel, timeMs: event.barTimeMs, price: event.top });
  }

  private noteBreak(event: EngineEvent, view: SymbolView): void {
    const { structure, candles } = view;
    const broken = event.direction === "long" ? structure.lastBreakUp : structure.lastBreakDown;
    const barMs = view.candle.openTimeMs / candles.bar;
    this.breaks.push({
      kind: event.kind === "structure.bos" ? "BOS" : "CHoCH",
      direction: event.direction,
      fromMs: broken.levelBar * barMs,
      toMs: event.barTimeMs,
      price: event.top,
    });
  }

  private noteSweep(event: EngineEvent): void {
    const [level, extreme] = event.direction === "long" ? [event.top, event.bottom] : [event.bottom, event.top];
    this.sweeps.push({ direction: event.direction, timeMs: event.barTimeMs, level, extreme, kind: event.detail });
  }

  /** The chart as of the last candle taken. */
  finish(view: SymbolView): ChartModel {
    const firstMs = this.candles[0]?.openTimeMs ?? 0;
    const { liquidity, profile } = view;
    const levels = [
      ...(liquidity.previousDay === undefined
        ? []
        : [
            { name: "PDH", price: liquidity.previousDay.high },
            { name: "PDL", price: liquidity.previousDay.low },
          ]),
      ...(liquidity.previousWeek === undefined
        ? []
        : [
            { name: "PWH", price: liquidity.previousWeek.high },
            { name: "PWL", price: liquidity.previousWeek.low },
          ]),
      { name: "POC", price: profile.poc },
      { name: "VAH", price: profile.vah },
      { name: "VAL", price: profile.val },
      ...[...liquidity.above, ...liquidity.below].filter(({ kind }) => kind === "pool").map(({ price }) => ({ name: "pool", price })),
    ];
    const endMs = view.closeTimeMs;
    return {
      candles: this.candles,
      lines: [...this.lines].map(([name, values]) => ({ name, values })),
      areas: [...this.areas.values()].filter(({ toMs }) => toMs > firstMs).map((area) => ({ ...area, toMs: Math.min(area.toMs, endMs) })),
      swings: [...this.swings.values()].filter(({ timeMs }) => timeMs >= firstMs),
      breaks: this.breaks.filter(({ toMs }) => toMs >= firstMs),
      sweeps: this.sweeps.filter(({ timeMs }) => timeMs >= firstMs),
      zones: view.zones.map((zone) => ({
        timeframe: zone.timeframe,
        role: zone.role === 1 ? "support" : "resistance",
        class: zone.class,
        score: zone.score,
        touches: zone.touches,
        top: zone.top,
        bottom: zone.bottom,
      })),
      levels,
      profile: view.profileHistogram(),
    };
  }
}
