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

/** Who asks, as the surface that carried the question knows it. */
export interface Operator {
  readonly platform: "discord" | "telegram";
  /** The person's id on that platform. */
  readonly id: string;
  /** False for somebody who may look and nothing else. */
  readonly mayAct: boolean;
  /** False where others read along, so that no money is shown. */
  readonly isPrivate: boolean;
}

/** What was asked: a command with its options, or the short key of a button below an earlier answer. */
export type Question =
  | {
      readonly command: string;
      readonly options: Readonly<Record<string, string | number | boolean>>;
      /** What was typed behind the command, where the surface has no form for its options. */
      readonly words?: string;
    }
  | { readonly button: string };

/** Where the answer goes. */
export type ReplyTo =
  | { readonly platform: "discord"; readonly applicationId: string; readonly interactionToken: string }
  /** With a message: its text is replaced, else a new one is sent. */
  | { readonly platform: "telegram"; readonly chatId: string; readonly messageId?: number };

/** A question of a person that a worker answers, because a surface waits three seconds at most. */
export interface DeferredCommand {
  /** The platform's own id of the question: however often it arrives, it is one question. */
  readonly askId: string;
  readonly question: Question;
  readonly operator: Operator;
  readonly replyTo: ReplyTo;
}

export interface AnalysisQueue {
  /** Delivered at or after the instant, and at least once. */
  send(message: AnalysisMessage, notBeforeMs: number): Promise<void>;
  sendAll(messages: readonly { message: AnalysisMessage; notBeforeMs: number }[]): Promise<void>;
}

export interface CommandQueue {
  send(command: DeferredCommand): Promise<void>;
}
