import * as z from "zod";
import type { RestClient } from "./rest-client.ts";
import { parseAnswer, wireNumber } from "./wire.ts";

const minuteMs = 60_000;
/** The most candles that weigh 2. */
const pageSize = 499;
/** So many pages are asked for: a longer span is looked at in coarser candles. */
const mostPages = 4;

const steps = [
  { interval: "1m", spanMs: minuteMs },
  { interval: "15m", spanMs: 15 * minuteMs },
  { interval: "4h", spanMs: 240 * minuteMs },
] as const;

const rows = z.array(z.tuple([z.int(), z.unknown(), wireNumber, wireNumber], z.unknown()));

/** Highest and lowest price of the candles that lie wholly in the span: of minutes, or of longer ones when that would be many questions. */
export async function extremesBetween(
  client: RestClient,
  symbol: string,
  fromMs: number,
  untilMs: number,
): Promise<readonly { readonly high: number; readonly low: number }[]> {
  const step = steps.find(({ spanMs }) => untilMs - fromMs <= pageSize * mostPages * spanMs) ?? steps[steps.length - 1]!;
  const firstMs = Math.ceil(fromMs / step.spanMs) * step.spanMs;
  const endMs = Math.floor(untilMs / step.spanMs) * step.spanMs;
  const found: { readonly high: number; readonly low: number }[] = [];
  for (let startMs = firstMs, page = 0; startMs < endMs && page < mostPages; startMs += pageSize * step.spanMs, page++) {
    const body = await client.readPublic("fapi/v1/klines", {
      symbol,
      interval: step.interval,
      startTime: String(startMs),
      endTime: String(Math.min(endMs, startMs + pageSize * step.spanMs) - 1),
      limit: String(pageSize),
    });
    for (const [openTimeMs, , high, low] of parseAnswer("fapi/v1/klines", rows, body)) {
      if (openTimeMs >= startMs && openTimeMs + step.spanMs <= endMs) found.push({ high, low });
    }
  }
  return found;
}
