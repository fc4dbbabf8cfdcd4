import * as z from "zod";

const atr = (value: number, meaning: string, least = 0) =>
  z.number().min(least).max(10).default(value).describe(`${meaning} (ATR14 of 15m)`);
const bars = (value: number, meaning: string) => z.int().min(1).max(500).default(value).describe(`${meaning} (15m candles)`);

/** Zones need histories of 4h and 1d: a fresh start of 650 symbols would wait an hour for its request weight, so they are asked for. */
export const noZones = 100;

/** Parameters of ICT/SMC; the weights and steps of the confidence are its definition and not among them. */
export const ictSmcParameters = z.strictObject({
  minimumConfidence: z.number().min(0).max(1).default(0.7).describe("Confidence from which a signal is given (fraction 0 to 1)"),
  nearZoneAtr: atr(0.5, "Distance from a block or gap that still counts as near"),
  retestToleranceAtr: atr(0.1, "How far a candle may stay away from a broken level and still retest it"),
  retestBars: bars(20, "How long after a break its level can be retested"),
  freshBreakBars: bars(50, "How long a break counts as fresh"),
  sweepBars: bars(10, "How long a sweep adds to the position"),
  farthestStopAtr: atr(2, "Widest stop, from the entry", 0.1),
  nearestStopAtr: atr(0.5, "Narrowest stop, from the entry", 0.1),
  beyondEdgeAtr: atr(0.1, "How far the stop lies behind the edge of a zone, block, gap or swing"),
  leastZoneScore: z
    .number()
    .min(0)
    .max(100)
    .default(noZones)
    .describe("Score from which a support or resistance zone holds the stop, like 60 (0 to 100; 100: no zone does, and none is computed)"),
});

export type IctSmcParameters = z.infer<typeof ictSmcParameters>;
