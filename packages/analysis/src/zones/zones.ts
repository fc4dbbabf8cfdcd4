import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { Averages } from "../indicators/averages.ts";
import { roundNumberStep } from "../liquidity/round-number.ts";
import type { VolumeProfile } from "../location/volume-profile.ts";
import type { StateStream } from "../state-stream.ts";
import type { HigherTimeframe } from "../timeframe/higher-timeframe.ts";
import { TimeframeZones } from "./timeframe-zones.ts";
import type { Zone, ZoneView } from "./zone.ts";
import { KeptZones, mergeZones } from "./zone-merge.ts";
import type { ZoneSurroundings } from "./zone-score.ts";

export const unknownSurroundings = (): ZoneSurroundings => ({
  ema200: Number.NaN,
  roundNumberStep: Number.NaN,
  poc: Number.NaN,
  vah: Number.NaN,
  val: Number.NaN,
});

const nothingKept = new KeptZones();

/**
 * Support and resistance of 15m, 1h, 4h and 1d in one list. What moves with the market (touches, breaks, flips) is folded at each close of a
 * zone's timeframe; merging and scoring follow from that alone and are done when the list is read.
 */
export class Zones {
  private readonly fifteenMinutes: TimeframeZones;
  private readonly surroundings = unknownSurroundings();
  private readonly candles: CandleRing;
  private readonly higherLongestFirst: readonly TimeframeZones[];
  private readonly averages: Averages;
  private readonly profile: VolumeProfile;
  /** What is kept when each of the longer timeframes has been merged, and its version then. */
  private readonly keptAfter: readonly KeptZones[];
  private readonly mergedVersions: Int32Array;
  private readonly merged: Zone[] = [];
  private readBar = -1;

  constructor(candles: CandleRing, averages: Averages, profile: VolumeProfile, higher: readonly HigherTimeframe[]) {
    this.candles = candles;
    this.averages = averages;
    this.profile = profile;
    this.fifteenMinutes = new TimeframeZones("15m");
    this.higherLongestFirst = higher.toReversed().map(({ zones }) => required(zones));
    this.keptAfter = higher.map(() => new KeptZones());
    this.mergedVersions = new Int32Array(higher.length).fill(-1);
  }

  update(candles: CandleRing, atr: number, log: EventLog): void {
    this.fifteenMinutes.update(candles, atr, log);
  }

  /** Sorted by price, lowest first. */
  list(): readonly ZoneView[] {
    if (this.readBar === this.candles.bar) return this.merged;
    this.readBar = this.candles.bar;
    const { fifteenMinutes, surroundings, merged } = this;
    const kept = this.mergeHigher();
    mergeZones(kept, fifteenMinutes.zones, fifteenMinutes.shapes, merged);
    this.lookAround();
    kept.score(surroundings);
    fifteenMinutes.score(surroundings);
    return this.merged;
  }

  /** Merges again from the longest timeframe that closed since the last time. */
  private mergeHigher(): KeptZones {
    const { higherLongestFirst, mergedVersions, keptAfter } = this;
    const count = higherLongestFirst.length;
    let stale = 0;
    while (stale < count && higherLongestFirst[stale]!.version === mergedVersions[stale]) stale++;
    // Shortest first: what a zone absorbed of a shorter timeframe was counted on top of what it absorbed of a longer one.
    for (let index = count - 1; index >= 0 && index >= stale - 1; index--) keptAfter[index]!.forgetAbsorbed();
    for (let index = stale; index < count; index++) {
      const layer = higherLongestFirst[index]!;
      const after = keptAfter[index]!;
      mergedVersions[index] = layer.version;
      layer.measure();
      mergeZones(index === 0 ? nothingKept : keptAfter[index - 1]!, layer.zones, layer.shapes, after.zones);
      after.record();
    }
    return keptAfter[count - 1]!;
  }

  private lookAround(): void {
    const { surroundings } = this;
    const { rolling } = this.profile;
    surroundings.ema200 = this.averages.ema200.value;
    const { close } = this.candles.last;
    const step = surroundings.roundNumberStep;
    // The logarithm is looked at again only when the price may have another number of digits.
    if (!(close > 10.01 * step && close < 99.99 * step)) surroundings.roundNumberStep = roundNumberStep(close);
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
