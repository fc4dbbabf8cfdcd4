import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { Logger } from "@winiswin/application/ports/logger";
import type { Instrument } from "@winiswin/domain/instrument";
import * as z from "zod";
import { parseAnswer, wirePrice, wireQuantity, wireUsdt } from "./wire.ts";

const priceFilter = z.object({ filterType: z.literal("PRICE_FILTER"), minPrice: wirePrice, maxPrice: wirePrice, tickSize: wirePrice });
const lotSize = z.object({ filterType: z.literal("LOT_SIZE"), minQty: wireQuantity, maxQty: wireQuantity, stepSize: wireQuantity });
const marketLotSize = z.object({
  filterType: z.literal("MARKET_LOT_SIZE"),
  minQty: wireQuantity,
  maxQty: wireQuantity,
  stepSize: wireQuantity,
});
const minNotional = z.object({ filterType: z.literal("MIN_NOTIONAL"), notional: wireUsdt });

const exchangeInfo = z.object({ symbols: z.array(z.unknown()) });

const wireInstrument = z.object({
  symbol: z.string().min(1),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  marginAsset: z.string(),
  contractType: z.string(),
  underlyingType: z.string(),
  status: z.string(),
  onboardDate: z.int(),
  deliveryDate: z.int().optional(),
  filters: z.array(z.looseObject({ filterType: z.string() })),
});

/** The instruments of an exchangeInfo answer; a listing that lacks a limit is left out and logged, because one oddity must not stop the rest. */
export function instrumentsFrom(body: unknown, logger: Logger | undefined): Instrument[] {
  const { symbols } = parseAnswer("fapi/v1/exchangeInfo", exchangeInfo, body);
  const instruments: Instrument[] = [];
  let leftOut = 0;
  let firstReason: string | undefined;
  for (const symbol of symbols) {
    const result = instrumentFrom(symbol);
    if (typeof result === "object") instruments.push(result);
    else {
      leftOut += 1;
      firstReason ??= result;
    }
  }
  if (instruments.length === 0) {
    // Kept as the list, it would take every symbol from us.
    throw new ExchangeError("fatal", `fapi/v1/exchangeInfo: none of ${leftOut} listings has the documented shape (${firstReason ?? "-"})`);
  }
  if (leftOut > 0) logger?.warn("listings without the documented limits were left out", { leftOut, firstReason });
  return instruments;
}

function instrumentFrom(body: unknown): Instrument | string {
  const parsed = wireInstrument.safeParse(body);
  if (!parsed.success) return `${parsed.error.issues[0]?.path.join(".")}: ${parsed.error.issues[0]?.message}`;
  const { onboardDate, deliveryDate, filters, ...listing } = parsed.data;
  const find = <Filter extends z.ZodType>(schema: Filter, filterType: string): z.output<Filter> | undefined =>
    schema.safeParse(filters.find((filter) => filter.filterType === filterType)).data;
  const prices = find(priceFilter, "PRICE_FILTER");
  const lots = find(lotSize, "LOT_SIZE");
  const hasMarketLots = filters.some(({ filterType }) => filterType === "MARKET_LOT_SIZE");
  const marketLots = hasMarketLots ? find(marketLotSize, "MARKET_LOT_SIZE") : lots;
  const notional = find(minNotional, "MIN_NOTIONAL");
  if (prices === undefined || lots === undefined || marketLots === undefined || notional === undefined) {
    return `${listing.symbol} lacks a price, lot or notional limit`;
  }
  if (!prices.tickSize.gt("0") || !lots.stepSize.gt("0")) return `${listing.symbol} has a grid of 0`;
  return {
    ...listing,
    onboardTimeMs: onboardDate,
    deliveryTimeMs: deliveryDate,
    tickSize: prices.tickSize,
    minPrice: prices.minPrice,
    maxPrice: prices.maxPrice,
    // Every order of this system is a market order, so the coarser of the two grids is the one that counts.
    stepSize: marketLots.stepSize.gt(lots.stepSize) ? marketLots.stepSize : lots.stepSize,
    minQuantity: marketLots.minQty.gt(lots.minQty) ? marketLots.minQty : lots.minQty,
    maxMarketQuantity: marketLots.maxQty,
    minNotional: notional.notional,
  };
}
