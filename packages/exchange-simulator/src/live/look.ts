import { z } from "zod";
import type { SimulatedInstrument } from "../market/instrument.ts";
import type { PricePair } from "./known-span.ts";
import type { LiveQuote } from "./live-book.ts";
import type { LiveMinute } from "./price-course.ts";
import { type Upstream, UpstreamRefusal } from "./upstream.ts";

const decimalText = z.string().regex(/^\d+(\.\d+)?$/);
const minutesAnswer = z.array(z.tuple([z.number(), decimalText, decimalText, decimalText, decimalText]).rest(z.unknown()));
const quoteAnswer = z.object({ bidPrice: decimalText, bidQty: decimalText, askPrice: decimalText, askQty: decimalText });
const turnoverAnswer = z.object({ quoteVolume: decimalText });
const ratesAnswer = z.array(z.object({ fundingTime: z.number(), fundingRate: z.string(), markPrice: z.string() }));

const badRequest = 400;

export interface FundingRate {
  readonly timeMs: number;
  readonly rate: string;
  /** As decimal text; "" for old rates, which came without. */
  readonly markPrice: string;
}

/** The minutes of last and mark price up to now, `count` of each; empty for a contract that the exchange does not serve any more. Weight 2 below 100. */
export async function lookAtMinutes(upstream: Upstream, symbol: string, count: number): Promise<PricePair<readonly LiveMinute[]>> {
  const query = `symbol=${encodeURIComponent(symbol)}&interval=1m&limit=${count}`;
  const [last, mark] = await Promise.all(["klines", "markPriceKlines"].map((path) => minutes(upstream, `/fapi/v1/${path}?${query}`)));
  return { last: last ?? [], mark: mark ?? [] };
}

async function minutes(upstream: Upstream, target: string): Promise<readonly LiveMinute[]> {
  const rows = await answered(upstream, target, minutesAnswer);
  return (rows ?? []).map(([openMs, open, high, low, close]) => ({
    openMs,
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
  }));
}

/** The top of the book; undefined where there is none. Weight 2. */
export async function lookAtQuote(upstream: Upstream, instrument: SimulatedInstrument, atMs: number): Promise<LiveQuote | undefined> {
  const target = `/fapi/v1/ticker/bookTicker?symbol=${encodeURIComponent(instrument.symbol)}`;
  const quote = await answered(upstream, target, quoteAnswer);
  if (quote === undefined) return undefined;
  const ticks = (price: string) => Math.round(Number(price) / instrument.tickValue);
  const steps = (quantity: string) => Math.max(1, Math.floor(Number(quantity) / Number(instrument.stepSize) + 1e-9));
  const [bidTicks, askTicks] = [ticks(quote.bidPrice), ticks(quote.askPrice)];
  if (bidTicks < 1 || askTicks <= bidTicks) return undefined;
  return { atMs, bidTicks, bidSteps: steps(quote.bidQty), askTicks, askSteps: steps(quote.askQty) };
}

/** USDT turned over in the last 24 hours. Weight 1. */
export async function lookAtTurnover(upstream: Upstream, symbol: string): Promise<number> {
  const ticker = await answered(upstream, `/fapi/v1/ticker/24hr?symbol=${encodeURIComponent(symbol)}`, turnoverAnswer);
  return Number(ticker?.quoteVolume ?? 0);
}

/** The rates settled since an instant. No weight, but 500 requests in five minutes. */
export async function lookAtFunding(upstream: Upstream, symbol: string, sinceMs: number): Promise<readonly FundingRate[]> {
  const target = `/fapi/v1/fundingRate?symbol=${encodeURIComponent(symbol)}&startTime=${sinceMs}&limit=1000`;
  const rates = await answered(upstream, target, ratesAnswer);
  return (rates ?? []).map(({ fundingTime, fundingRate, markPrice }) => ({ timeMs: fundingTime, rate: fundingRate, markPrice }));
}

/** Undefined when the exchange does not know what is asked for, as for a contract that was taken off. */
async function answered<Answer>(upstream: Upstream, target: string, shape: z.ZodType<Answer>): Promise<Answer | undefined> {
  let body: unknown;
  try {
    body = await upstream.json(target);
  } catch (error) {
    if (error instanceof UpstreamRefusal && error.answer.status === badRequest) return undefined;
    throw error;
  }
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Error(`${upstream.host} answered ${target.split("?")[0]} in a shape that is not documented.`);
}
