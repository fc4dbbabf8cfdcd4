import type { MetricProperties, MetricValues } from "@winiswin/application/metrics";
import type { Clock } from "@winiswin/application/ports/clock";
import type { LogFields } from "@winiswin/application/ports/logger";
import type { ExchangeAccount } from "./account-binding.ts";
import type { BusEvent } from "./bus.ts";
import type { DiscordMessage } from "./fake-discord.ts";
import type { Invocation, InvocationResult } from "./lambda.ts";
import type { Topology } from "./topology.ts";

export type MarketOptions =
  | { readonly kind: "generated"; readonly symbols?: number; readonly seed: number | string }
  | { readonly kind: "recorded"; readonly folder: string; readonly symbols?: readonly string[] }
  /** Live prices of the exchange at the address, orders filled on paper by the simulator; real time only. */
  | { readonly kind: "live"; readonly baseUrl: string }
  /** An exchange that runs already, the real one or a simulator with a real clock; empty keys mean market data only. */
  | {
      readonly kind: "external";
      readonly url: string;
      readonly apiKey: string;
      readonly apiSecret: string;
      /** Whose tables the state folder holds from now on; a folder with those of another account is refused. */
      readonly account?: ExchangeAccount;
      /** The account is the same although its key is another. */
      readonly newKey?: boolean;
    };

/** What happens, for whoever shows it. */
export type Progress =
  | { readonly kind: "dispatched"; readonly cycleId: string; readonly durationMs: number }
  | {
      readonly kind: "shardDone";
      readonly cycleId: string;
      readonly shard: number;
      readonly shardCount: number;
      readonly durationMs: number;
    }
  | { readonly kind: "analyzed"; readonly cycleId: string; readonly detail: unknown }
  | { readonly kind: "executed"; readonly cycleId: string; readonly detail: unknown }
  | { readonly kind: "event"; readonly event: BusEvent }
  | { readonly kind: "discord"; readonly message: DiscordMessage }
  /** An invocation, a message or an event that failed; what is retried is told at every try. */
  | { readonly kind: "failed"; readonly where: string; readonly reason: string }
  | { readonly kind: "clock"; readonly nowMs: number };

export type AroundInvocation = (functionName: string, event: unknown, invoke: () => Promise<InvocationResult>) => Promise<InvocationResult>;

export interface SystemOptions {
  readonly market: MarketOptions;
  /** Clock milliseconds per real one: 1 is real time, `"max"` steps from instant to instant. */
  readonly speed: number | "max";
  /**
   * Clock milliseconds per real one between the instants of a stepped run: time goes on at this pace while nothing is to be done and holds
   * while work is done, so that no deadline of the market passes because the machine is slow.
   */
  readonly pace?: number;
  readonly stateFolder: string;
  /** Deletes the state first. */
  readonly fresh?: boolean;
  /** Where the clock of a simulated market begins; ignored when the state goes on. */
  readonly fromMs?: number;
  /** The last candle close to be traded. */
  readonly toMs?: number;
  /** Ends after so many executed cycles. */
  readonly cycles?: number;
  /** Consecutive ports from here; 0 takes free ones. */
  readonly basePort?: number;
  /** What the handlers read: ENABLE_TRADING, MAX_SYMBOLS ... */
  readonly environment?: Readonly<Record<string, string>>;
  /** By secret name; keys of a simulated exchange and the Discord key of the state folder are given already. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly exchange?: {
    readonly latencyMs?: number;
    readonly weightLimitPerMinute?: number;
    readonly startingBalance?: string;
    /** A fault plan of the simulated exchange. */
    readonly faults?: unknown;
  };
  readonly onProgress?: (progress: Progress) => void;
  readonly onLog?: (level: "info" | "warn" | "error", message: string, fields?: LogFields) => void;
  readonly onInvocation?: (invocation: Invocation) => void;
  /** The figures that CloudWatch would show. */
  readonly onMetrics?: (values: MetricValues, properties: MetricProperties) => void;
  /** What becomes of an invocation: it may be repeated, delayed or given up. */
  readonly aroundInvocation?: AroundInvocation;
  /**
   * Called when tables and exchange can be read and before anything is woken or sent; when it throws, everything ends and the state folder
   * stays unbound.
   */
  readonly beforeWork?: () => Promise<void>;
  /** Called at the end when no work is in progress any more, while tables and exchange can still be read. */
  readonly afterWork?: () => Promise<void>;
  /** Stepped clocks: called when everything of an instant has come to rest, before the next one. */
  readonly atRest?: (nowMs: number) => Promise<void>;
  /** Gives the handlers their time; the default is `useClock` of the functions. */
  readonly useClock?: (clock: Clock) => void | Promise<void>;
  /** The emulators in this process instead of one of their own. */
  readonly emulatorsInProcess?: boolean;
  readonly topology?: Topology;
  /** Where handler files are looked for; the root of the repository by default. */
  readonly root?: string;
}

export type EndReason = { readonly reason: "to" | "cycles" | "stopped" } | { readonly reason: "failed"; readonly detail: string };

export interface SystemUrls {
  readonly exchange: string;
  readonly dynamodb: string;
  /** SQS and S3. */
  readonly queues: string;
  readonly events: string;
  readonly discord: string;
  /** By function name. */
  readonly functions: Readonly<Record<string, string>>;
}
