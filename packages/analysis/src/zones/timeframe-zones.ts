import type { Timeframe } from "@winiswin/domain/timeframe";
import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import { Clusters } from "./clusters.ts";
import { Pivots } from "./pivots.ts";
import { Zone, type ZoneLayer } from "./zone.ts";
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

const survivingOverlap = 0.5;

/** The zones of one timeframe, sorted by price, remade at each close of it from its pivots and the ATR of that close. */
export class TimeframeZones implements ZoneLayer {
  readonly timeframe: Timeframe;
  readonly pivots: Pivots;
  zones: Zone[] = [];
  private former: Zone[] = [];
  private readonly scratch: Zone;
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
    this.scratch = new Zone(this);
  }

  update(candles: CandleRing, atr: number, log: EventLog): void {
    this.version++;
    this.lastBar = candles.bar;
    this.pivots.update(candles, atr);
    if (!(atr > 0)) return;
    // The candle is judged by the zones that stood before it; what it adds to them counts from the next one.
    for (const zone of this.zones) followZone(zone, candles, atr, log);
    if (this.pivots.changed || !this.clusters.holdsFor(atr)) this.regroup(candles, atr, log);
    else for (let index = 0; index < this.zones.length; index++) this.shape(this.zones[index]!, index, atr);
  }

  private regroup(candles: CandleRing, atr: number, log: EventLog): void {
    this.pivots.haveReactionsGrown = true;
    const { clusters, pivots, scratch } = this;
    clusters.find(pivots.prices, pivots.count, atr);
    const former = this.zones;
    const zones = this.former;
    let count = 0;
    let from = 0;
    for (let index = 0; index < clusters.count; index++) {
      this.shape(scratch, index, atr);
      const self = formerSelf(former, from, scratch);
      if (self < 0) {
        zones[count++] = this.begin(index, atr, candles, log);
        continue;
      }
      while (from < self) record("zone.removed", former[from++]!, candles, log);
      const zone = former[from++]!;
      this.shape(zone, index, atr);
      this.countPivots(zone, index);
      zones[count++] = zone;
    }
    while (from < former.length) record("zone.removed", former[from++]!, candles, log);
    // Cutting only what is too much keeps the array's memory.
    if (zones.length > count) zones.length = count;
    this.zones = zones;
    this.former = former;
  }

  /** Edges from the pivots and the present ATR. */
  private shape(zone: Zone, cluster: number, atr: number): void {
    const center = this.clusters.centers[cluster]!;
    const width = Math.min(Math.max(this.clusters.spreads[cluster]!, this.rule.narrowestInAtr * atr), this.rule.widestInAtr * atr);
    zone.center = center;
    zone.top = center + width / 2;
    zone.bottom = center - width / 2;
  }

  private begin(cluster: number, atr: number, candles: CandleRing, log: EventLog): Zone {
    const zone = new Zone(this);
    this.shape(zone, cluster, atr);
    this.countPivots(zone, cluster);
    zone.touches = zone.pivots;
    zone.formedBar = candles.bar;
    zone.role = candles.close[candles.bar & candles.mask]! >= zone.center ? 1 : -1;
    record("zone.formed", zone, candles, log);
    return zone;
  }

  private countPivots(zone: Zone, cluster: number): void {
    const { bars } = this.pivots;
    const first = this.clusters.first[cluster]!;
    const last = this.clusters.last[cluster]!;
    for (let place = first; place <= last; place++) if (bars[place]! > zone.lastTouchBar) zone.lastTouchBar = bars[place]!;
    zone.pivots = last - first + 1;
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

/** Place of the former zone that the given one covers by at least half, -1 without one. */
function formerSelf(former: readonly Zone[], from: number, zone: Zone): number {
  for (let index = from; index < former.length; index++) {
    const other = former[index]!;
    if (overlapOf(other, zone) >= survivingOverlap * (other.top - other.bottom)) return index;
    if (other.bottom > zone.top) return -1;
  }
  return -1;
}

/** Height that two price ranges share; negative when they lie apart. */
export const overlapOf = (
  one: { readonly top: number; readonly bottom: number },
  other: { readonly top: number; readonly bottom: number },
): number => Math.min(one.top, other.top) - Math.max(one.bottom, other.bottom);
