import type { Timeframe } from "@winiswin/domain/timeframe";
import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import { Clusters } from "./clusters.ts";
import { Pivots } from "./pivots.ts";
import { none } from "./sorted-prices.ts";
import { Zone } from "./zone.ts";
import { ZoneMatch } from "./zone-identity.ts";
import { followZones, record } from "./zone-life.ts";
import { confluences, scoreOf, type ZoneSurroundings, zoneMerit, zoneNoise } from "./zone-score.ts";
import { quietRole, ZoneShapes } from "./zone-shapes.ts";

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
export class TimeframeZones {
  readonly timeframe: Timeframe;
  readonly pivots: Pivots;
  zones: Zone[] = [];
  /** Where `zones` lie. */
  shapes = new ZoneShapes();
  private formerZones: Zone[] = [];
  private readonly spares: Zone[] = [];
  private formerShapes = new ZoneShapes();
  private readonly identity = new ZoneMatch();
  private readonly clusters = new Clusters();
  private readonly rule: ZoneRule;

  /** Counts the closes folded in: what was derived from the zones before is stale when it has moved on. */
  version = 0;
  private lastBar = -1;

  constructor(timeframe: Timeframe) {
    this.timeframe = timeframe;
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
    followZones(this.zones, this.shapes, candles, atr, log);
    if (!this.clusters.holdsFor(atr)) this.regroup(candles, atr, log);
    else this.reshape(atr);
  }

  private regroup(candles: CandleRing, atr: number, log: EventLog): void {
    const { clusters, pivots, identity, zones: former, shapes: formerShapes, formerZones: zones, formerShapes: shapes } = this;
    pivots.haveReactionsGrown = true;
    clusters.find(pivots, atr, this.rule.widestInAtr);
    const { count } = clusters;
    this.zones = zones;
    this.shapes = shapes;
    this.formerZones = former;
    this.formerShapes = formerShapes;
    this.takeClusters(atr);
    identity.match(formerShapes, shapes, this.rule.widestInAtr * atr);
    for (let place = 0; place < former.length; place++) {
      if (identity.survives(place)) continue;
      record("zone.removed", former[place]!, candles, log);
      this.spares.push(former[place]!);
    }
    for (let place = 0; place < count; place++) {
      const self = identity.selves[place]!;
      const zone = self < 0 ? this.begin(candles) : former[self]!;
      zone.top = shapes.tops[place]!;
      zone.bottom = shapes.bottoms[place]!;
      zone.center = shapes.centers[place]!;
      zone.pivots = shapes.pivots[place]!;
      zones[place] = zone;
      const newest = clusters.newest[place]!;
      if (newest > zone.lastTouchBar) zone.lastTouchBar = newest;
      if (self < 0) this.announce(zone, candles, log);
      shapes.quietRoles[place] = quietRole(zone);
    }
    // Cutting only what is too much keeps the array's memory.
    if (zones.length > count) zones.length = count;
  }

  private takeClusters(atr: number): void {
    const { centers, pivots, count } = this.clusters;
    const { shapes } = this;
    shapes.count = count;
    for (let place = 0; place < count; place++) {
      shapes.centers[place] = centers[place]!;
      shapes.pivots[place] = pivots[place]!;
    }
    this.placeEdges(atr);
  }

  /** The same clusters in a changed ATR. */
  private reshape(atr: number): void {
    this.placeEdges(atr);
    const { zones, shapes } = this;
    const { tops, bottoms } = shapes;
    for (let place = 0; place < zones.length; place++) {
      const zone = zones[place]!;
      zone.top = tops[place]!;
      zone.bottom = bottoms[place]!;
    }
  }

  /** As wide as the pivots lie apart, within bounds. */
  private placeEdges(atr: number): void {
    const { spreads, count } = this.clusters;
    const { tops, bottoms, centers } = this.shapes;
    const narrowest = this.rule.narrowestInAtr * atr;
    const widest = this.rule.widestInAtr * atr;
    for (let place = 0; place < count; place++) {
      const spread = spreads[place]!;
      const atLeast = Math.max(spread, narrowest);
      const width = Math.min(atLeast, widest);
      tops[place] = centers[place]! + width / 2;
      bottoms[place] = centers[place]! - width / 2;
    }
  }

  /** A zone that is gone lends its memory to a new one: nobody may look at it after the update that took it away. */
  private begin(candles: CandleRing): Zone {
    const zone = this.spares.pop() ?? new Zone(this.timeframe);
    zone.begin(candles.bar, candles.seen);
    return zone;
  }

  private announce(zone: Zone, candles: CandleRing, log: EventLog): void {
    zone.touches = zone.pivots;
    zone.role = candles.close[candles.bar & candles.mask]! >= zone.center ? 1 : -1;
    record("zone.formed", zone, candles, log);
  }

  /** Works out what the scores of its zones need and only a close of this timeframe changes; what they absorbed is to be counted anew. */
  measure(): void {
    this.measureReactions();
    for (let place = 0; place < this.zones.length; place++) {
      const zone = this.zones[place]!;
      zone.absorbed = 0;
      zone.merit = zoneMerit(zone, this.lastBar);
      zone.noise = zoneNoise(zone);
    }
  }

  /** Those that stand, as the shortest timeframe, whose zones absorb none. */
  score(surroundings: ZoneSurroundings): void {
    this.measureReactions();
    const { zones, lastBar } = this;
    const { tops, bottoms, standing, standingCount } = this.shapes;
    for (let index = 0; index < standingCount; index++) {
      const place = standing[index]!;
      const zone = zones[place]!;
      zone.score = scoreOf(zoneMerit(zone, lastBar), zoneNoise(zone), confluences(tops[place]!, bottoms[place]!, 0, surroundings));
    }
  }

  /** Brings the mean reactions up to date, which grow for ten bars after a pivot. */
  private measureReactions(): void {
    if (!this.pivots.haveReactionsGrown) return;
    this.pivots.haveReactionsGrown = false;
    const { reactions } = this.pivots;
    const { higher, areReactionsNoted } = this.pivots.sorted;
    const { first, last, nodes, pivots, notedReactions } = this.clusters;
    for (let place = 0; place < this.zones.length; place++) {
      const node = nodes[place]!;
      if (node === none || areReactionsNoted[node] === 0) {
        let sum = reactions[first[place]!]!;
        for (let slot = first[place]!; slot !== last[place]!; sum += reactions[slot]!) slot = higher[slot]!;
        notedReactions[node] = sum / pivots[place]!;
        if (node !== none) areReactionsNoted[node] = 1;
      }
      this.zones[place]!.meanReaction = notedReactions[node]!;
    }
  }

  transfer(stream: StateStream): void {
    this.pivots.transfer(stream);
    this.clusters.transfer(stream);
    stream.list(this.zones, () => new Zone(this.timeframe));
    this.shapes.take(this.zones);
    this.lastBar = stream.number(this.lastBar);
  }
}
