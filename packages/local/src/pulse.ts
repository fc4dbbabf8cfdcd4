/** Lets somebody wait for the next change of anything that reports here. */
export class Pulse {
  private waiting: (() => void)[] = [];

  readonly beat = (): void => {
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  };

  /** Resolves at the next beat, or after the time when none comes: a missed beat costs time, never the run. */
  next(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
