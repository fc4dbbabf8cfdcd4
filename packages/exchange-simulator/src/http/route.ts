import type { Exchange } from "../matching/exchange.ts";
import type { Parameters } from "./parameters.ts";

export interface RouteContext {
  readonly exchange: Exchange;
  readonly parameters: Parameters;
  readonly nowMs: number;
}

export interface OrderCount {
  readonly tenSeconds: number;
  readonly minute: number;
}

export const oneOrder: OrderCount = { tenSeconds: 1, minute: 1 };

/** One endpoint of the exchange. */
export interface Route {
  /** Request weight per address. */
  readonly weight: number | ((parameters: Parameters) => number);
  /** `keyed` needs the key alone, `signed` key, timestamp and signature. */
  readonly access: "public" | "keyed" | "signed";
  /** What it counts on the order limits of the account. */
  readonly orders?: OrderCount;
  /** Another bucket than the request weight. */
  readonly bucket?: "funding" | "futuresData";
  /** The JSON text of the answer; throws a refusal. */
  readonly answer: (context: RouteContext) => string;
}

/** Keys are "METHOD /path". */
export type Routes = Readonly<Record<string, Route>>;

// Not yet in TypeScript's library; in every V8 that the project runs on.
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** An integer of any size that JSON.stringify writes without quotes and without loss. */
export const wireInteger = (digits: string): unknown => rawJson(digits);
