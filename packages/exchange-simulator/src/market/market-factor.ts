import { AnchorWalk } from "./anchor-walk.ts";
import { dayMs } from "./candle-columns.ts";
import { fatTailedFrom, hashAt, hashText, smoothNoise } from "./noise.ts";

export const barsPerDay = 96;

/** What moves the whole market on one UTC day, per 15 minutes. */
export interface FactorDay {
  /** Log-level at the start of each bar and, last, at the end of the day. */
  readonly levels: Float64Array;
  /** Standard deviation of each bar's log-return. */
  readonly deviations: Float64Array;
}

/** Share of a day's activity by UTC hour: quiet before Asia wakes, loudest when London and New York overlap. */
const activityByHour = [
  1.05, 0.95, 0.9, 0.85, 0.8, 0.78, 0.82, 0.95, 1.05, 1.0, 0.95, 0.95, 1.1, 1.4, 1.55, 1.45, 1.3, 1.15, 1.05, 1.0, 0.95, 0.85, 0.8, 0.85,
];

/** Relative activity of a bar of the day, mean about 1. */
export const activityOf: Float64Array = Float64Array.from({ length: barsPerDay }, (_, bar) => {
  const position = bar / 4;
  const hour = Math.floor(position);
  const along = position - hour;
  return activityByHour[hour]! * (1 - along) + activityByHour[(hour + 1) % 24]! * along;
});

/** Volatility follows activity less than in proportion. */
export const seasonOf: Float64Array = activityOf.map((activity) => activity ** 0.6);

/**
 * Spreads one day's log-move over its bars: random returns with the given deviations, bridged so that they end exactly at `toLevel`.
 *
 * `levels` receives barsPerDay + 1 values.
 */
export function bridgeDay(
  seed: number,
  day: number,
  fromLevel: number,
  toLevel: number,
  deviations: Float64Array,
  levels: Float64Array,
): void {
  let level = 0;
  let variance = 0;
  const start = day * barsPerDay;
  levels[0] = fromLevel;
  for (let bar = 0; bar < barsPerDay; bar++) {
    const deviation = deviations[bar]!;
    level += deviation * fatTailedFrom(hashAt(seed, start + bar), 3);
    variance += deviation * deviation;
    levels[bar + 1] = level;
  }
  const correction = (toLevel - fromLevel - level) / variance;
  variance = 0;
  for (let bar = 0; bar < barsPerDay; bar++) {
    variance += deviations[bar]! * deviations[bar]!;
    levels[bar + 1] = fromLevel + levels[bar + 1]! + correction * variance;
  }
  levels[barsPerDay] = toLevel;
}

/** Fills the deviations of a day's bars: turbulence of the day, season of the hour, and clusters of one to six hours. */
export function fillDeviations(walk: AnchorWalk, seed: number, day: number, deviations: Float64Array): void {
  const early = walk.turbulenceAt(day);
  const late = walk.turbulenceAt(day + 1);
  const usual = walk.dailyDeviation / Math.sqrt(barsPerDay);
  for (let half = 0; half < barsPerDay / 2; half++) {
    const hour = (day * barsPerDay) / 4 + half / 2;
    const cluster = 0.42 * smoothNoise(seed ^ 0x61, hour / 6) + 0.45 * smoothNoise(seed ^ 0x62, hour / 1.1);
    const turbulence = early + ((late - early) * half) / (barsPerDay / 2);
    const deviation = usual * turbulence * Math.exp(cluster - 0.19);
    deviations[2 * half] = deviation * seasonOf[2 * half]!;
    deviations[2 * half + 1] = deviation * seasonOf[2 * half + 1]!;
  }
}

/** The common movement of all coins, which is Bitcoin's. */
export class MarketFactor {
  readonly walk: AnchorWalk;
  private readonly seed: number;
  private readonly days = new Map<number, FactorDay>();

  constructor(marketSeed: string) {
    this.seed = hashText(`${marketSeed}:market`);
    this.walk = new AnchorWalk(this.seed, 0.02, 0.45);
  }

  day(day: number): FactorDay {
    const known = this.days.get(day);
    if (known !== undefined) return known;
    const deviations = new Float64Array(barsPerDay);
    const levels = new Float64Array(barsPerDay + 1);
    fillDeviations(this.walk, this.seed, day, deviations);
    bridgeDay(this.seed ^ 0x71, day, this.walk.levelAt(day), this.walk.levelAt(day + 1), deviations, levels);
    const made = { levels, deviations };
    this.days.set(day, made);
    if (this.days.size > 1_600) this.days.delete(this.days.keys().next().value!);
    return made;
  }
}

export const dayOf = (timeMs: number): number => Math.floor(timeMs / dayMs);
