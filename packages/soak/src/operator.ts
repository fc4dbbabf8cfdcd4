import type { ControlStore } from "@winiswin/application/ports/control-store";

export interface OperatorCounts {
  closings: number;
  flattenings: number;
}

/** A person who interferes at any time: closes one position, or stops everything and resumes when things are calm. */
export interface Operator {
  readonly counts: OperatorCounts;
  interfere(nowMs: number, openSymbols: readonly string[]): Promise<void>;
  resume(): Promise<void>;
}

export function createOperator(
  control: Pick<ControlStore, "requestClose" | "setHalt" | "clearHalt" | "halt">,
  random: () => number,
): Operator {
  const counts: OperatorCounts = { closings: 0, flattenings: 0 };
  return {
    counts,
    async interfere(nowMs, openSymbols) {
      const chance = random();
      const symbol = openSymbols[Math.floor(random() * openSymbols.length)];
      const wish = { by: "operator of the soak", reason: "a person wished it", atMs: nowMs };
      if (chance < 0.002) {
        counts.flattenings++;
        await control.setHalt(wish);
        await control.requestClose({ ...wish, symbol: undefined });
      } else if (chance < 0.012 && symbol !== undefined) {
        counts.closings++;
        await control.requestClose({ ...wish, symbol });
      }
    },
    async resume() {
      if ((await control.halt()) !== undefined) await control.clearHalt();
    },
  };
}
