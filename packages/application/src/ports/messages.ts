import type { CycleId } from "@winiswin/domain/cycle";

/** The work of one shard in one cycle. */
export interface AnalyzeShard {
  readonly kind: "analyzeShard";
  readonly cycleId: CycleId;
  readonly shard: number;
  readonly shardCount: number;
  readonly symbols: readonly string[];
  /** Symbols whose engine runs for what it shows of the market; no strategy is asked about them. */
  readonly references?: readonly string[] | undefined;
}

/** Wakes somebody at the deadline, so that one lost shard does not hold back the signals of all others. */
export interface CycleDeadline {
  readonly kind: "cycleDeadline";
  readonly cycleId: CycleId;
}

export type AnalysisMessage = AnalyzeShard | CycleDeadline;

/** A slash command whose answer needs longer than the three seconds that Discord waits. */
export interface DeferredCommand {
  readonly command: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly applicationId: string;
  readonly interactionToken: string;
}

export interface AnalysisQueue {
  /** Delivered at or after the instant, and at least once. */
  send(message: AnalysisMessage, notBeforeMs: number): Promise<void>;
  sendAll(messages: readonly { message: AnalysisMessage; notBeforeMs: number }[]): Promise<void>;
}

export interface CommandQueue {
  send(command: DeferredCommand): Promise<void>;
}
