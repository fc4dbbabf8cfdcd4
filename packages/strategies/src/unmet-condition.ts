/** The first condition that a direction did not meet, with what was needed and what was there. */
export interface UnmetCondition {
  readonly name: string;
  readonly needed: string;
  readonly actual: string;
}
