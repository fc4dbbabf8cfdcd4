import type { Clock } from "@winiswin/application/ports/clock";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { Logger } from "@winiswin/application/ports/logger";
import type { Fill } from "@winiswin/application/ports/order-gateway";
import { asUsdt, decimal, type Usdt } from "@winiswin/domain/decimal";
import * as z from "zod";
import { wireSide } from "./order-reports.ts";
import type { RequestParameters, RestClient } from "./rest-client.ts";
import { parseAnswer, wireDecimal, wireId, wirePrice, wireQuantity, wireUsdt } from "./wire.ts";

const wireTrades = z.array(
  z.object({
    id: wireId,
    orderId: wireId,
    symbol: z.string(),
    side: wireSide,
    price: wirePrice,
    qty: wireQuantity,
    commission: wireDecimal,
    commissionAsset: z.string(),
    realizedPnl: wireUsdt,
    time: z.int(),
  }),
);

type WireTrade = z.output<typeof wireTrades>[number];

const dayMs = 86_400_000;
/** The longest span of one question, and how far back the exchange remembers: three months, of which one is February. */
const windowMs = 7 * dayMs;
const memoryMs = 89 * dayMs;
const pageSize = 1000;
const minuteMs = 60_000;

/**
 * All fills of a symbol since an instant, ascending; asked for in weeks and pages as the exchange wants it.
 *
 * A fee paid in an asset that has no price in USDT counts as 0 and is logged as an error: without its fills a position could not be led.
 */
export async function fillsSince(
  client: RestClient,
  clock: Clock,
  symbol: string,
  sinceMs: number,
  logger?: Logger,
): Promise<readonly Fill[]> {
  const trades = new Map<string, WireTrade>();
  const nowMs = clock.nowMs();
  for (let startMs = Math.max(sinceMs, nowMs - memoryMs); ; startMs += windowMs) {
    const last = startMs + windowMs > nowMs;
    // The last window has no end: a fill stamped by a clock ahead of ours belongs to it.
    const span = { startTime: String(startMs), ...(last ? {} : { endTime: String(startMs + windowMs - 1) }) };
    for (const trade of await readWindow(client, symbol, span, last ? Number.POSITIVE_INFINITY : startMs + windowMs)) {
      if (trade.time >= sinceMs) trades.set(trade.id, trade);
    }
    if (last) break;
  }
  const sorted = [...trades.values()].sort((first, second) => first.time - second.time || (BigInt(first.id) < BigInt(second.id) ? -1 : 1));
  const inUsdt = createFeeConversion(client, logger);
  const fills: Fill[] = [];
  for (const trade of sorted) {
    fills.push({
      fillId: trade.id,
      orderId: trade.orderId,
      symbol: trade.symbol,
      side: trade.side,
      price: trade.price,
      quantity: trade.qty,
      fee: await inUsdt(trade),
      realisedProfit: trade.realizedPnl,
      timeMs: trade.time,
    });
  }
  return fills;
}

async function readWindow(client: RestClient, symbol: string, span: RequestParameters, endMs: number): Promise<readonly WireTrade[]> {
  const limit = String(pageSize);
  const trades: WireTrade[] = [];
  let page = await readTrades(client, { symbol, ...span, limit });
  for (;;) {
    const inside = page.filter(({ time }) => time < endMs);
    trades.push(...inside);
    const newest = page.at(-1);
    if (page.length < pageSize || inside.length < page.length || newest === undefined) return trades;
    // Pages go on by id, because any number of fills can share a millisecond; the exchange takes an id only without a time.
    page = await readTrades(client, { symbol, fromId: String(BigInt(newest.id) + 1n), limit });
  }
}

const readTrades = async (client: RestClient, parameters: RequestParameters): Promise<readonly WireTrade[]> =>
  parseAnswer("fapi/v1/userTrades", wireTrades, await client.read("fapi/v1/userTrades", parameters));

const wireCloses = z.array(z.array(z.unknown()).min(5)).min(1);

/** A fee paid in another asset (BNB, at a discount) at that asset's price in the minute of the fill. */
function createFeeConversion(client: RestClient, logger: Logger | undefined): (trade: WireTrade) => Promise<Usdt> {
  const prices = new Map<string, ReturnType<typeof decimal>>();
  return async ({ commission, commissionAsset, time }) => {
    if (commissionAsset === "USDT") return asUsdt(commission);
    const minute = Math.floor(time / minuteMs) * minuteMs;
    const key = `${commissionAsset}@${minute}`;
    let price = prices.get(key);
    if (price === undefined) {
      try {
        price = await priceAt(client, commissionAsset, minute);
      } catch (error) {
        // What passes is asked again by whoever wanted the fills; what has no price will have none later.
        if (!(error instanceof ExchangeError) || error.kind !== "fatal") throw error;
        logger?.error("a fee counts as 0: its asset has no price", { commissionAsset, reason: error.message });
        price = decimal("0");
      }
      prices.set(key, price);
    }
    return asUsdt(commission.times(price));
  };
}

async function priceAt(client: RestClient, asset: string, minute: number): Promise<ReturnType<typeof decimal>> {
  const parameters = { symbol: `${asset}USDT`, interval: "1m", startTime: String(minute), limit: "1" };
  const rows = parseAnswer("fapi/v1/klines", wireCloses, await client.readPublic("fapi/v1/klines", parameters));
  const close = rows[0]?.[4];
  if (typeof close !== "string") throw new ExchangeError("fatal", `no price of ${asset} at ${minute} for a fee paid in it`);
  return decimal(close);
}
