import { spanText } from "@winiswin/application/commands/figures";
import type { Cycle } from "@winiswin/application/ports/cycle-store";
import type { Position } from "@winiswin/domain/position";
import { nextCloseAfter } from "@winiswin/domain/timeframe";
import type { Terminal } from "../terminal.ts";
import { heldText, statesOf } from "./held-text.ts";
import { type CycleReport, cycleBlock, cycleLine, plural, progressText } from "./render-cycle.ts";

/** Shows a run while it goes on: a line that is written over, and what stays of each cycle. */
export interface RunView {
  cycleMoved(cycle: Cycle): void;
  cycleDone(report: CycleReport): void;
  /** Something failed and is tried again; the same complaint is shown once per cycle. */
  complaint(where: string, reason: string): void;
  /** Called every now and then. */
  tick(): void;
  /** Nothing is rewritten any more. */
  end(): void;
}

export interface RunViewSetting {
  readonly terminal: Terminal;
  readonly clock: { nowMs(): number };
  /** Clock milliseconds per real one; undefined: as fast as it goes, and then the whole way is shown instead of each cycle. */
  readonly factor: number | undefined;
  readonly fromMs: number;
  readonly toMs: number | undefined;
  /** Of the positions on our record at the beginning. */
  readonly states: readonly Position["state"][];
}

export function createRunView({ terminal, clock, factor, fromMs, toMs, ...setting }: RunViewSetting): RunView {
  const complained = new Set<string>();
  let moving: Cycle | undefined;
  let done = 0;
  let heldNow = heldText(setting.states, undefined);

  const wayText = () => {
    const way = toMs === undefined ? "" : ` of ${Math.max(0, Math.floor((toMs - fromMs) / 900_000))}`;
    return `${new Date(clock.nowMs()).toISOString().slice(0, 16).replace("T", " ")} · ${done}${way} cycles · ${heldNow} · Ctrl-C stops`;
  };
  const waitText = () => {
    const next = nextCloseAfter("15m", clock.nowMs());
    const realMs = (next - clock.nowMs()) / (factor ?? 1);
    const pace = factor !== undefined && factor > 1 ? ` (${factor}x)` : "";
    return `next cycle ${new Date(next).toISOString().slice(11, 16)} in ${spanText(realMs)}${pace} · ${heldNow} · Ctrl-C stops`;
  };

  return {
    cycleMoved(cycle) {
      moving = cycle.status === "executed" ? undefined : cycle;
      if (moving !== undefined && factor !== undefined) terminal.progress(progressText(moving));
    },
    cycleDone(report) {
      done++;
      heldNow = heldText(statesOf(report.positions), report.foreign);
      if (moving?.cycleId === report.cycle.cycleId) moving = undefined;
      complained.clear();
      if (!terminal.isInteractive) terminal.say(cycleLine(report));
      else if (factor !== undefined || isEventful(report)) for (const line of cycleBlock(report, terminal.colours)) terminal.say(line);
    },
    complaint(where, reason) {
      const sentence = `${where} failed and is tried again: ${reason}`;
      if (complained.has(sentence)) return;
      complained.add(sentence);
      if (complained.size <= 3) terminal.say(terminal.colours.yellow(sentence));
    },
    tick() {
      if (factor === undefined) terminal.progress(wayText());
      else if (moving === undefined || isStillOpen(moving, clock)) terminal.progress(waitText());
      else terminal.progress(progressText(moving));
    },
    end() {
      terminal.clearProgress();
    },
  };
}

/** At full speed thousands of cycles pass: those in which nothing was opened, changed or closed are only counted. */
const isEventful = ({ cycle, closed, changes, foreignSeen }: CycleReport): boolean =>
  (cycle.orders ?? 0) > 0 || closed.length > 0 || changes.length > 0 || foreignSeen.length > 0 || cycle.complete === false;

/** A cycle is created a minute before its close: until then the countdown says more. */
const isStillOpen = ({ closeTimeMs }: Cycle, clock: { nowMs(): number }): boolean => clock.nowMs() < closeTimeMs;

export const endLine = (cycles: number, trades: number, equity: string | undefined): string =>
  `Done: ${plural(cycles, "cycle")}, ${plural(trades, "trade")}${equity === undefined ? "" : `, equity ${equity}`}.`;
