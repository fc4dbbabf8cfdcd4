import { failed, type Result, succeeded } from "@winiswin/domain/result";
import type * as z from "zod/mini";
import type { BillForecast } from "../ports/bill.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConfirmationStore } from "../ports/confirmation-store.ts";
import type { ControlStore } from "../ports/control-store.ts";
import type { CycleStore } from "../ports/cycle-store.ts";
import type { DecisionStore } from "../ports/decision-store.ts";
import type { InstrumentStore } from "../ports/engine-store.ts";
import type { EventBus } from "../ports/events.ts";
import type { FeatureStore } from "../ports/feature-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { MarketData } from "../ports/market-data.ts";
import type { Operator } from "../ports/messages.ts";
import type { OrderGateway } from "../ports/order-gateway.ts";
import type { PositionStore, TradeStore } from "../ports/position-store.ts";
import type { SignalStore } from "../ports/signal-store.ts";
import type { View } from "./view.ts";

/** The little that stopping needs: it must work when everything else is broken. */
export interface EmergencyContext {
  readonly clock: Clock;
  readonly control: ControlStore;
  readonly eventBus: EventBus;
  readonly logger: Logger;
  readonly operator: Operator;
}

export interface CommandContext extends EmergencyContext {
  /** The platform's own id of the question; repetitions of one delivery have the same. */
  readonly askId: string;
  readonly bill: BillForecast;
  readonly confirmations: ConfirmationStore;
  readonly cycles: CycleStore;
  readonly decisions: DecisionStore;
  readonly features: Pick<FeatureStore, "resultsSince">;
  readonly signals: SignalStore;
  readonly positions: PositionStore;
  readonly trades: TradeStore;
  readonly instruments: Pick<InstrumentStore, "load">;
  readonly marketData: Pick<MarketData, "closedCandles">;
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

type Given = Readonly<Record<string, unknown>>;
type Run<Context> = (context: Context) => Promise<View>;

/** `read` shows, `act` changes something at once, `confirm` shows what it would change and asks first. */
export type Danger = "read" | "act" | "confirm";

/** A command of which every surface (Discord, Telegram, the command line) makes its own form. */
export interface Command<Context = CommandContext> {
  readonly name: string;
  /** At most 100 characters. */
  readonly summary: string;
  readonly arguments: z.ZodMiniObject;
  readonly danger: Danger;
  /** It shows money, so only the person who asked may see the answer. */
  readonly isPrivate: boolean;
  /**
   * Checks the arguments without running anything; the failure is one sentence for the person who typed them. Of a command that wants a
   * confirmation this is the preview.
   */
  prepare(given: Given): Result<Run<Context>, string>;
  /** The same, for what is done after the confirmation; undefined for a command that asks none. */
  readonly confirmed: ((given: Given) => Result<Run<Context>, string>) | undefined;
}

interface Definition<Schema extends z.ZodMiniObject, Context> {
  readonly name: string;
  readonly summary: string;
  readonly arguments: Schema;
  readonly isPrivate?: boolean;
  run(context: Context, given: z.output<Schema>): Promise<View>;
}

/** Binds the arguments' schema to the function that gets them. */
export function defineCommand<Schema extends z.ZodMiniObject, Context = CommandContext>(
  definition: Definition<Schema, Context> & { readonly danger: "read" | "act" },
): Command<Context> {
  const { name, summary, danger, isPrivate = false, run } = definition;
  return {
    name,
    summary,
    danger,
    isPrivate,
    arguments: definition.arguments,
    prepare: preparing(definition, run),
    confirmed: undefined,
  };
}

/** A command that is previewed first and run after its confirmation. */
export function defineConfirmedCommand<Schema extends z.ZodMiniObject>(
  definition: Definition<Schema, CommandContext> & { preview(context: CommandContext, given: z.output<Schema>): Promise<View> },
): Command {
  const { name, summary, isPrivate = false, preview, run } = definition;
  return {
    name,
    summary,
    danger: "confirm",
    isPrivate,
    arguments: definition.arguments,
    prepare: preparing(definition, preview),
    confirmed: preparing(definition, run),
  };
}

const preparing =
  <Schema extends z.ZodMiniObject, Context>(
    { name, arguments: schema }: { readonly name: string; readonly arguments: Schema },
    run: (context: Context, given: z.output<Schema>) => Promise<View>,
  ) =>
  (given: Given): Result<Run<Context>, string> => {
    const parsed = schema.safeParse(given);
    return parsed.success
      ? succeeded((context: Context) => run(context, parsed.data))
      : failed(`/${name}: ${parsed.error.issues.map((issue) => sentenceOf(issue, given)).join("; ")}`);
  };

function sentenceOf(issue: z.core.$ZodIssue, given: Given): string {
  if (issue.code === "unrecognized_keys") return `there is no option ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  const option = String(issue.path[0] ?? "");
  return given[option] === undefined ? `the option "${option}" is missing` : `"${option}" ${issue.message}`;
}
