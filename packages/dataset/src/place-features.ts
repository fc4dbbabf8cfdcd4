import type { ZoneView } from "@winiswin/analysis";
import type { FeatureRule, Moment } from "./feature.ts";

/** A day: what happened longer ago counts as this long ago, so that the age does not depend on where the history began. */
const oldestCandles = 96;
/** A zone farther away than this is none. */
const farthestZoneAtr = 10;

const age = ({ view }: Moment, bar: number): number => (bar < 0 ? oldestCandles : Math.min(view.bar - bar, oldestCandles));

interface NearZone {
  /** From the close to the zone's nearer edge; 0 inside it. */
  readonly distanceAtr: number;
  readonly score: number;
}

/** The nearest zone on one side of the close: `side` 1 is ahead of the signal, -1 behind it; one around the close is on both sides. */
function nearestZone({ view, sign }: Moment, side: 1 | -1): NearZone {
  let nearest: NearZone = { distanceAtr: farthestZoneAtr, score: 0 };
  for (const zone of view.zones) {
    const distanceAtr = gapTo(zone, view.candle.close, sign * side === 1) / view.atr14;
    if (distanceAtr < nearest.distanceAtr) nearest = { distanceAtr, score: zone.score };
  }
  return nearest;
}

function gapTo({ top, bottom }: ZoneView, close: number, isAbove: boolean): number {
  if (close >= bottom && close <= top) return 0;
  const gap = isAbove ? bottom - close : close - top;
  return gap < 0 ? Number.POSITIVE_INFINITY : gap;
}

export const structureFeatures: readonly FeatureRule[] = [
  {
    name: "structureTrend",
    family: "structure",
    unit: "sign",
    range: [-1, 1],
    meaning: "trend by breaks of structure: 1 with the signal, -1 against it, 0 before the first break",
    read: ({ view, sign }) => sign * view.structure.trend,
  },
  {
    name: "rangePosition",
    family: "structure",
    unit: "fraction",
    range: [0, 1],
    meaning: "how far the close has run in the dealing range in the direction: below 0.5 is discount for a long and premium for a short",
    read: ({ view, sign }) => (sign === 1 ? view.structure.range.position : 1 - view.structure.range.position),
  },
  {
    name: "candlesSinceBreak",
    family: "structure",
    unit: "candles",
    range: [0, oldestCandles],
    meaning: "since the last break of structure in the direction; 96 is a day or more",
    read: (moment) => {
      const { lastBreakUp, lastBreakDown } = moment.view.structure;
      return age(moment, moment.sign === 1 ? lastBreakUp.bar : lastBreakDown.bar);
    },
  },
  {
    name: "candlesSinceSweep",
    family: "structure",
    unit: "candles",
    range: [0, oldestCandles],
    meaning: "since a swing on the far side was swept (a low before a long); 96 is a day or more",
    read: (moment) => age(moment, moment.sign === 1 ? moment.view.sweptLow.bar : moment.view.sweptHigh.bar),
  },
  {
    name: "swingDistance",
    family: "structure",
    unit: "ATR",
    range: [undefined, undefined],
    meaning: "close beyond the last confirmed swing behind it: a low for a long, a high for a short",
    read: ({ view, sign }) => {
      const swing = sign === 1 ? view.structure.swingLow : view.structure.swingHigh;
      return (sign * (view.candle.close - swing.price)) / view.atr14;
    },
  },
];

export const zoneFeatures: readonly FeatureRule[] = [
  {
    name: "backingDistance",
    family: "zone",
    unit: "ATR",
    range: [0, farthestZoneAtr],
    meaning: "to the nearest zone behind the signal (below a long), 0 inside it, 10 when there is none nearer",
    read: (moment) => nearestZone(moment, -1).distanceAtr,
  },
  {
    name: "backingScore",
    family: "zone",
    unit: "score",
    range: [0, 100],
    meaning: "score of that zone, 0 when there is none",
    read: (moment) => nearestZone(moment, -1).score,
  },
  {
    name: "obstacleDistance",
    family: "zone",
    unit: "ATR",
    range: [0, farthestZoneAtr],
    meaning: "to the nearest zone ahead of the signal (above a long), 0 inside it, 10 when there is none nearer",
    read: (moment) => nearestZone(moment, 1).distanceAtr,
  },
  {
    name: "obstacleScore",
    family: "zone",
    unit: "score",
    range: [0, 100],
    meaning: "score of that zone, 0 when there is none",
    read: (moment) => nearestZone(moment, 1).score,
  },
  {
    name: "pointOfControlDistance",
    family: "zone",
    unit: "ATR",
    range: [undefined, undefined],
    meaning: "close beyond the price with the most volume of the last 192 candles",
    read: ({ view, sign }) => (sign * (view.candle.close - view.profile.poc)) / view.atr14,
  },
];
