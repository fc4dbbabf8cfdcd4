/** The candle lengths that the engine knows, shortest first. */
export const timeframes = ["15m", "1h", "4h", "1d"] as const;

export type Timeframe = (typeof timeframes)[number];

const durationsMs: Record<Timeframe, number> = { "15m": 900_000, "1h": 3_600_000, "4h": 14_400_000, "1d": 86_400_000 };

/** The length of one candle in milliseconds. */
export const durationMs = (timeframe: Timeframe): number => durationsMs[timeframe];

/** The start of the candle that contains the instant; UTC boundaries, so exact for every timeframe here. */
export const openTimeOf = (timeframe: Timeframe, atMs: number): number => {
  const duration = durationsMs[timeframe];
  return Math.floor(atMs / duration) * duration;
};

/** The end, exclusive, of a candle that opens at `openTimeMs`. */
export const closeTimeOf = (timeframe: Timeframe, openTimeMs: number): number => openTimeMs + durationsMs[timeframe];

/** The first candle close strictly after the instant. */
export const nextCloseAfter = (timeframe: Timeframe, atMs: number): number => openTimeOf(timeframe, atMs) + durationsMs[timeframe];
