import { failed, type Result, succeeded } from "@winiswin/domain/result";
import type * as z from "zod/mini";
import type { Clock } from "../ports/clock.ts";
import type { ControlStore } from "../ports/control-store.ts";
import type { CycleStore } from "../ports/cycle-store.ts";
import type { DecisionStore } from "../ports/decision-store.ts";
import type { OrderGateway } from "../ports/order-gateway.ts";
import type { PositionStore, TradeStore } from "../ports/position-store.ts";
import type { SignalStore } from "../ports/signal-store.ts";
import type { View } from "./view.ts";

export interface CommandContext {
  readonly clock: Clock;
  readonly cycles: CycleStore;
  readonly decisions: DecisionStore;
  readonly signals: SignalStore;
  readonly positions: PositionStore;
  readonly trades: TradeStore;
  readonly control: ControlStore;
  /** Undefined when no key of the exchange is configured. */
  readonly gateway: OrderGateway | undefined;
  readonly settings: CommandSettings;
}

export interface CommandSettings {
  readonly bot: string;
  readonly tradingEnabled: boolean;
  /** signals, paper, demo or live. */
  readonly mode: string;
}

/** A command of which every surface (Discord, the command line) makes its own form. */
export interface Command {
  readonly name: string;
  /** At most 100 characters. */
  readonly summary: string;
  readonly arguments: z.ZodMiniObject;
  /** What it may do; all so far only read. */
  readonly danger: "read";
  /** Checks the arguments without running anything; the failure is one sentence for the person who typed them. */
  prepare(given: Readonly<Record<string, unknown>>): Result<(context: CommandContext) => Promise<View>, string>;
}

/**
 * Binds the arguments' schema to the function that gets them.
 *
 * The schemas are those of zod/mini: the Discord endpoint carries them all, and the classic ones would weigh 75 KB more in its cold start.
 */
export function defineCommand<Schema extends z.ZodMiniObject>(definition: {
  name: string;
  summary: string;
  arguments: Schema;
  danger: "read";
  run(context: CommandContext, given: z.output<Schema>): Promise<View>;
}): Command {
  const { name, summary, danger, run } = definition;
  return {
    name,
    summary,
    danger,
    arguments: definition.arguments,
    prepare(given) {
      const parsed = definition.arguments.safeParse(given);
      if (!parsed.success) return failed(`/${name}: ${parsed.error.issues.map((issue) => sentenceOf(issue, given)).join("; ")}`);
      return succeeded((context) => run(context, parsed.data));
    },
  };
}

function sentenceOf(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string {
  if (issue.code === "unrecognized_keys") return `there is no option ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  const option = String(issue.path[0] ?? "");
  return given[option] === undefined ? `the option "${option}" is missing` : `"${option}" ${issue.message}`;
}
