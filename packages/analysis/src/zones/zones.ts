import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { Averages } from "../indicators/averages.ts";
import { roundNumberStep } from "../liquidity/round-number.ts";
import type { VolumeProfile } from "../location/volume-profile.ts";
import type { StateStream } from "../state-stream.ts";
import type { HigherTimeframe } from "../timeframe/higher-timeframe.ts";
import { TimeframeZones } from "./timeframe-zones.ts";
import type { Zone, ZoneView } from "./zone.ts";
import { mergeTimeframes } from "./zone-merge.ts";
import { zoneScore } from "./zone-score.ts";

/**
 * Support and resistance of 15m, 1h, 4h and 1d in one list. What moves with the market (touches, breaks, flips) is folded at each close of a
 * zone's timeframe; merging and scoring follow from that alone and are done when the list is read.
 */
export class Zones {
  private readonly fifteenMinutes = new TimeframeZones("15m");
  private readonly candles: CandleRing;
  private readonly higher: readonly HigherTimeframe[];
  private readonly longestFirst: readonly TimeframeZones[];
  private readonly averages: Averages;
  private readonly profile: VolumeProfile;
  private readonly buffers: readonly [Zone[], Zone[]] = [[], []];
  private merged: readonly Zone[] = [];
  private readBar = -1;

  constructor(candles: CandleRing, averages: Averages, profile: VolumeProfile, higher: readonly HigherTimeframe[]) {
    this.candles = candles;
    this.averages = averages;
    this.profile = profile;
    this.higher = higher;
    this.longestFirst = [...higher.toReversed().map(({ zones }) => required(zones)), this.fifteenMinutes];
  }

  update(candles: CandleRing, atr: number, log: EventLog): void {
    this.fifteenMinutes.update(candles, atr, log);
  }

  /** Sorted by price, lowest first. */
  list(): readonly ZoneView[] {
    if (this.readBar === this.candles.bar) return this.merged;
    this.readBar = this.candles.bar;
    const [first, second] = this.buffers;
    this.merged = mergeTimeframes(this.longestFirst, first, second);
    for (const layer of this.longestFirst) layer.measureReactions();
    this.score();
    return this.merged;
  }

  private score(): void {
    const { poc, vah, val } = this.profile.rolling;
    const surroundings = {
      ema200: this.averages.ema200.value,
      roundNumberStep: roundNumberStep(this.candles.last.close),
      poc,
      vah,
      val,
    };
    for (const zone of this.merged) zone.score = zoneScore(zone, this.lastBarOf(zone), surroundings);
  }

  private lastBarOf(zone: Zone): number {
    if (zone.timeframe === "15m") return this.candles.bar;
    for (const one of this.higher) if (one.timeframe === zone.timeframe) return one.candles.bar;
    throw new Error(`no candles of ${zone.timeframe} are built`);
  }

  transfer(stream: StateStream): void {
    this.fifteenMinutes.transfer(stream);
  }
}

function required(zones: TimeframeZones | undefined): TimeframeZones {
  if (zones === undefined) throw new Error("a longer timeframe was built without its zones");
  return zones;
}
