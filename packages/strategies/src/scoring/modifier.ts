/** What one fact adds to a score or takes from it; 0 points when it has nothing to say, with the reason why. */
export interface ScoreModifier {
  readonly name: string;
  readonly points: number;
  readonly reason: string;
}

/** A reason why a signal is out, whatever its score. */
export interface ScoreRefusal {
  readonly code: "BTC_SHOCK";
  readonly reason: string;
}
