import type { Timeframe } from "@winiswin/domain/timeframe";
import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import { Clusters } from "./clusters.ts";
import { heldPivots, Pivots } from "./pivots.ts";
import { Zone, type ZoneLayer } from "./zone.ts";
import { matchZones, ZoneShape } from "./zone-identity.ts";
import { followZone, record } from "./zone-life.ts";
import type { ZoneSurroundings } from "./zone-score.ts";

interface ZoneRule {
  readonly strength: number;
  /** A zone is as wide as its pivots lie apart, within these bounds in ATR of its timeframe. */
  readonly narrowestInAtr: number;
  readonly widestInAtr: number;
}

/** Longer timeframes have larger ATR, so their zones are narrower in units of it. */
export const zoneRules: Record<Timeframe, ZoneRule> = {
  "15m": { strength: 2, narrowestInAtr: 0.35, widestInAtr: 0.7 },
  "1h": { strength: 3, narrowestInAtr: 0.3, widestInAtr: 0.6 },
  "4h": { strength: 3, narrowestInAtr: 0.25, widestInAtr: 0.5 },
  "1d": { strength: 4, narrowestInAtr: 0.2, widestInAtr: 0.4 },
};

/** The zones of one timeframe, sorted by price, remade at each close of it from its pivots and the ATR of that close. */
export class TimeframeZones implements ZoneLayer {
  readonly timeframe: Timeframe;
  readonly pivots: Pivots;
  zones: Zone[] = [];
  private former: Zone[] = [];
  private readonly shapes: ZoneShape[] = Array.from({ length: heldPivots }, () => new ZoneShape());
  private readonly selves = new Int32Array(heldPivots);
  private readonly heirs = new Int32Array(heldPivots);
  private readonly clusters = new Clusters();
  private readonly rule: ZoneRule;

  /** Counts the closes folded in: what was derived from the zones before is stale when it has moved on. */
  version = 0;
  lastBar = -1;
  readonly surroundings: ZoneSurroundings;

  constructor(timeframe: Timeframe, surroundings: ZoneSurroundings) {
    this.timeframe = timeframe;
    this.surroundings = surroundings;
    this.rule = zoneRules[timeframe];
    this.pivots = new Pivots(this.rule.strength);
  }

  update(candles: CandleRing, atr: number, log: EventLog): void {
    this.version++;
    this.lastBar = candles.bar;
    this.pivots.update(candles, atr);
    if (this.pivots.changed) this.clusters.forget();
    if (!(atr > 0)) return;
    // The candle is judged by the zones that stood before it; what it adds to them counts from the next one.
    for (const zone of this.zones) followZone(zone, candles, atr, log);
    if (!this.clusters.holdsFor(atr)) this.regroup(candles, atr, log);
    else for (let index = 0; index < this.zones.length; index++) this.shape(this.zones[index]!, index, atr);
  }

  private regroup(candles: CandleRing, atr: number, log: EventLog): void {
    const { clusters, pivots, shapes, selves } = this;
    pivots.haveReactionsGrown = true;
    clusters.find(pivots.prices, pivots.bars, pivots.count, atr);
    const former = this.zones;
    const zones = this.former;
    for (let index = 0; index < clusters.count; index++) this.shape(shapes[index]!, index, atr);
    matchZones(former, shapes, clusters.count, this.rule.widestInAtr * atr, this.heirs, selves);
    for (let place = 0; place < former.length; place++) {
      const heir = this.heirs[place]!;
      if (heir < 0 || selves[heir] !== place) record("zone.removed", former[place]!, candles, log);
    }
    for (let index = 0; index < clusters.count; index++) {
      const self = selves[index]!;
      const zone = self < 0 ? this.begin(candles) : former[self]!;
      const { top, bottom, center, pivots: count } = shapes[index]!;
      zone.top = top;
      zone.bottom = bottom;
      zone.center = center;
      zone.pivots = count;
      zones[index] = zone;
      zone.lastTouchBar = Math.max(zone.lastTouchBar, clusters.newest[index]!);
      if (self < 0) this.announce(zone, candles, log);
    }
    // Cutting only what is too much keeps the array's memory.
    if (zones.length > clusters.count) zones.length = clusters.count;
    this.zones = zones;
    this.former = former;
  }

  /** Edges from the pivots and the present ATR. */
  private shape(zone: ZoneShape, cluster: number, atr: number): void {
    const { clusters, rule } = this;
    const center = clusters.centers[cluster]!;
    const width = Math.min(Math.max(clusters.spreads[cluster]!, rule.narrowestInAtr * atr), rule.widestInAtr * atr);
    zone.center = center;
    zone.top = center + width / 2;
    zone.bottom = center - width / 2;
    zone.pivots = clusters.last[cluster]! - clusters.first[cluster]! + 1;
  }

  private begin(candles: CandleRing): Zone {
    const zone = new Zone(this);
    zone.formedBar = candles.bar;
    return zone;
  }

  private announce(zone: Zone, candles: CandleRing, log: EventLog): void {
    zone.touches = zone.pivots;
    zone.role = candles.close[candles.bar & candles.mask]! >= zone.center ? 1 : -1;
    record("zone.formed", zone, candles, log);
  }

  /** Brings the mean reactions up to date, which grow for ten bars after a pivot. */
  measureReactions(): void {
    if (!this.pivots.haveReactionsGrown) return;
    this.pivots.haveReactionsGrown = false;
    const { reactions } = this.pivots;
    const { first, last } = this.clusters;
    for (let index = 0; index < this.zones.length; index++) {
      let sum = 0;
      for (let place = first[index]!; place <= last[index]!; place++) sum += reactions[place]!;
      this.zones[index]!.meanReaction = sum / (last[index]! - first[index]! + 1);
    }
  }

  transfer(stream: StateStream): void {
    this.pivots.transfer(stream);
    this.clusters.transfer(stream);
    stream.list(this.zones, () => new Zone(this));
    this.lastBar = stream.number(this.lastBar);
  }
}
