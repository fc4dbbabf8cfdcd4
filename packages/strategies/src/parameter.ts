import * as z from "zod";

/** A distance in ATR14 of 15m. */
export const atrParameter = (value: number, meaning: string, least = 0, most = 10) =>
  z.number().min(least).max(most).default(value).describe(`${meaning} (ATR14 of 15m)`);

/** A number of 15m candles. */
export const candlesParameter = (value: number, meaning: string, most = 200) =>
  z.int().min(1).max(most).default(value).describe(`${meaning} (15m candles)`);

/** How many times as much as usual. */
export const ratioParameter = (value: number, meaning: string, most = 20) =>
  z.number().min(0).max(most).default(value).describe(`${meaning} (times, without unit)`);

export const minimumScoreParameter = (value = 6) =>
  z.number().min(0).max(10).default(value).describe("Score from which a signal is given (points, 0 to 10)");

export const targetParameter = (value = 2) =>
  z.number().min(0.5).max(10).default(value).describe("Target in multiples of the distance to the stop (R)");

/** For strategies whose stop is bounded by the ATR where structure gives none nearer. */
export const protectiveStopParameters = {
  farthestStopAtr: atrParameter(2, "Widest stop, from the entry", 0.1),
  nearestStopAtr: atrParameter(0.5, "Narrowest stop, from the entry", 0.1),
  beyondEdgeAtr: atrParameter(0.1, "How far the stop lies behind the structure's edge"),
} as const;

/** For strategies whose stop lies behind a structure wherever that is; a setup that asks for a wider one is refused. */
export const structureStopParameters = (beyondEdgeAtr: number) =>
  ({
    widestStopAtr: atrParameter(3, "Widest stop that is still accepted, from the entry", 0.1),
    nearestStopAtr: atrParameter(0.5, "Narrowest stop, from the entry", 0.1),
    beyondEdgeAtr: atrParameter(beyondEdgeAtr, "How far the stop lies behind the structure's edge"),
  }) as const;
