import type { Exchange } from "../matching/exchange.ts";
import type { Parameters } from "./parameters.ts";
import type { RateLimit } from "./rate-limit.ts";

export interface RouteContext {
  readonly exchange: Exchange;
  readonly parameters: Parameters;
  readonly rateLimit: RateLimit;
  readonly nowMs: number;
}

/** One endpoint of the exchange. */
export interface Route {
  /** Request weight per address. */
  readonly weight: number | ((parameters: Parameters) => number);
  /** `signed` needs key, timestamp and signature. */
  readonly access: "public" | "signed";
  /** Counts on the order limits of the account. */
  readonly isOrder?: true;
  /** The JSON text of the answer; throws a refusal. */
  readonly answer: (context: RouteContext) => string;
}

/** Keys are "METHOD /path". */
export type Routes = Readonly<Record<string, Route>>;

// Not yet in TypeScript's library; in every V8 that the project runs on.
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** An integer of any size that JSON.stringify writes without quotes and without loss. */
export const wireInteger = (digits: string): unknown => rawJson(digits);
