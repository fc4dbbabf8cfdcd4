import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { Averages } from "../indicators/averages.ts";
import { roundNumberStep } from "../liquidity/round-number.ts";
import type { VolumeProfile } from "../location/volume-profile.ts";
import type { StateStream } from "../state-stream.ts";
import type { HigherTimeframe } from "../timeframe/higher-timeframe.ts";
import { TimeframeZones } from "./timeframe-zones.ts";
import type { Zone, ZoneView } from "./zone.ts";
import { mergeZones } from "./zone-merge.ts";
import type { ZoneSurroundings } from "./zone-score.ts";

export const unknownSurroundings = (): ZoneSurroundings => ({
  ema200: Number.NaN,
  roundNumberStep: Number.NaN,
  poc: Number.NaN,
  vah: Number.NaN,
  val: Number.NaN,
});

/**
 * Support and resistance of 15m, 1h, 4h and 1d in one list. What moves with the market (touches, breaks, flips) is folded at each close of a
 * zone's timeframe; merging and scoring follow from that alone and are done when the list is read.
 */
export class Zones {
  private readonly fifteenMinutes: TimeframeZones;
  private readonly surroundings: ZoneSurroundings;
  private readonly candles: CandleRing;
  private readonly higherLongestFirst: readonly TimeframeZones[];
  private readonly averages: Averages;
  private readonly profile: VolumeProfile;
  private higherMerged: Zone[] = [];
  private spare: Zone[] = [];
  private readonly merged: Zone[] = [];
  /** Of the longer timeframes when they were merged last. */
  private mergedVersion = -1;
  private readBar = -1;

  constructor(
    candles: CandleRing,
    averages: Averages,
    profile: VolumeProfile,
    higher: readonly HigherTimeframe[],
    surroundings: ZoneSurroundings,
  ) {
    this.candles = candles;
    this.averages = averages;
    this.profile = profile;
    this.surroundings = surroundings;
    this.fifteenMinutes = new TimeframeZones("15m", surroundings);
    this.higherLongestFirst = higher.toReversed().map(({ zones }) => required(zones));
  }

  update(candles: CandleRing, atr: number, log: EventLog): void {
    this.fifteenMinutes.update(candles, atr, log);
  }

  /** Sorted by price, lowest first. */
  list(): readonly ZoneView[] {
    if (this.readBar === this.candles.bar) return this.merged;
    this.readBar = this.candles.bar;
    this.mergeHigher();
    for (const zone of this.higherMerged) zone.absorbed = zone.absorbedHigher;
    mergeZones(this.higherMerged, this.fifteenMinutes.zones, this.merged);
    this.fifteenMinutes.measureReactions();
    this.lookAround();
    return this.merged;
  }

  private mergeHigher(): void {
    let version = 0;
    for (let index = 0; index < this.higherLongestFirst.length; index++) version += this.higherLongestFirst[index]!.version;
    if (version === this.mergedVersion) return;
    this.mergedVersion = version;
    this.higherMerged.length = 0;
    for (const layer of this.higherLongestFirst) {
      mergeZones(this.higherMerged, layer.zones, this.spare);
      [this.higherMerged, this.spare] = [this.spare, this.higherMerged];
      layer.measureReactions();
    }
    for (const zone of this.higherMerged) zone.absorbedHigher = zone.absorbed;
  }

  private lookAround(): void {
    const { surroundings } = this;
    const { rolling } = this.profile;
    surroundings.ema200 = this.averages.ema200.value;
    surroundings.roundNumberStep = roundNumberStep(this.candles.last.close);
    surroundings.poc = rolling.poc;
    surroundings.vah = rolling.vah;
    surroundings.val = rolling.val;
  }

  transfer(stream: StateStream): void {
    this.fifteenMinutes.transfer(stream);
  }
}

function required(zones: TimeframeZones | undefined): TimeframeZones {
  if (zones === undefined) throw new Error("a longer timeframe was built without its zones");
  return zones;
}
