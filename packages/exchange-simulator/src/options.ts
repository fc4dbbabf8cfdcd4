import { z } from "zod";
import { faultPlanSchema } from "./faults/fault.ts";
import { hashText } from "./market/noise.ts";

const clock = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("real") }),
  z.strictObject({ kind: z.literal("accelerated"), startMs: z.int().positive(), speed: z.number().positive().max(1_000_000) }),
  z.strictObject({ kind: z.literal("stepped"), startMs: z.int().positive() }),
]);

const market = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("generated"),
    /** Tradable perpetuals; five contracts that a careful bot skips are added. */
    symbols: z.int().min(1).max(2_000).default(650),
    seed: z.union([z.number(), z.string().min(1)]),
  }),
  z.strictObject({ kind: z.literal("recorded"), folder: z.string().min(1), symbols: z.array(z.string().min(1)).min(1).optional() }),
  z.strictObject({
    kind: z.literal("live"),
    /** The exchange that is followed; only public data is read there. */
    baseUrl: z.url({ protocol: /^https?$/ }).default("https://fapi.binance.com"),
    /** Real milliseconds between two looks while something is open; more when many contracts are. */
    pollMs: z.int().min(1_000).max(60_000).default(5_000),
  }),
]);

const secretText = z.string().regex(/^[A-Za-z0-9]{16,128}$/, "must be 16 to 128 letters and digits");

export const exchangeSimulatorOptions = z.strictObject({
  /** 0 takes a free port; always on 127.0.0.1. */
  port: z.int().min(0).max(65_535).default(0),
  market,
  clock,
  /** USDT in the account when it is opened. */
  startingBalance: z
    .string()
    .regex(/^\d+(\.\d{1,8})?$/, "must be an amount of USDT such as 10000 or 250.50")
    .default("10000"),
  /** Real milliseconds added to each answer. */
  latencyMs: z.number().min(0).max(60_000).default(0),
  /** Request weight per simulated minute. */
  weightLimitPerMinute: z.int().positive().default(2_400),
  /** Where account, positions, orders and clock survive a restart; without it they are in memory only. */
  stateFile: z.string().min(1).optional(),
  /** What goes wrong on purpose, and when. */
  faults: faultPlanSchema.default({ rules: [] }),
  apiKey: secretText.optional(),
  apiSecret: secretText.optional(),
});

/** What `startExchangeSimulator` takes; everything but market and clock has a default. */
export type ExchangeSimulatorOptions = z.input<typeof exchangeSimulatorOptions>;
export type CompleteOptions = z.output<typeof exchangeSimulatorOptions>;

/** Parses options; throws Error with one sentence that names the wrong option. */
export function parseOptions(options: unknown): CompleteOptions {
  const parsed = exchangeSimulatorOptions.safeParse(options);
  if (parsed.success && parsed.data.market.kind === "live" && parsed.data.clock.kind === "accelerated")
    throw new Error("The exchange simulator cannot start: a live market runs in real time, option clock.kind must be real.");
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const where = issue.path.length > 0 ? `option ${issue.path.join(".")}` : "the options";
  throw new Error(`The exchange simulator cannot start: ${where}: ${issue.message}.`);
}

/** Keys that nobody can mistake for real ones, derived from what identifies the market. */
export function fakeKeys(identity: string): { readonly apiKey: string; readonly apiSecret: string } {
  const digits = (name: string) => hashText(`${identity}:${name}`).toString(16).padStart(8, "0");
  return { apiKey: `SIMULATORfakeKEY${digits("key")}`, apiSecret: `SIMULATORfakeSECRET${digits("secret")}` };
}
