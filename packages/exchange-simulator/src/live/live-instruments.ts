import { z } from "zod";
import { familiarCoins } from "../market/familiar-coins.ts";
import { neverMs, type SimulatedInstrument, unitText } from "../market/instrument.ts";
import { hashText } from "../market/noise.ts";

const decimalText = z.string().regex(/^\d+(\.\d+)?$/);

const listing = z.object({
  symbol: z.string().min(1),
  pair: z.string(),
  contractType: z.enum(["PERPETUAL", "TRADIFI_PERPETUAL", "CURRENT_QUARTER"]),
  deliveryDate: z.number(),
  onboardDate: z.number(),
  status: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.literal("USDT"),
  marginAsset: z.literal("USDT"),
  triggerProtect: decimalText,
  liquidationFee: decimalText,
  marketTakeBound: decimalText,
  filters: z.array(z.record(z.string(), z.unknown())),
});

const priceFilter = z.object({ minPrice: decimalText, maxPrice: decimalText, tickSize: decimalText });
const lotSize = z.object({ maxQty: decimalText, stepSize: decimalText });
const minNotional = z.object({ notional: decimalText });
const percentPrice = z.object({ multiplierUp: decimalText, multiplierDown: decimalText });
const endedStatuses = new Set(["SETTLING", "DELIVERING", "DELIVERED", "CLOSE"]);
const exchangeInfo = z.object({ symbols: z.array(z.unknown()) });

/** Nobody reckons with it on a live market: what was settled is asked for after every full hour. */
const usualFundingHours = 8;
/** Leverage brackets need a key; contracts that are not among the familiar ones get what most small ones have. */
const usualMaxLeverage = 50;

/** The contracts quoted and margined in USDT; listings of another shape or kind are left out. Undefined when the body is no exchangeInfo. */
export function instrumentsOf(info: unknown): readonly SimulatedInstrument[] | undefined {
  const parsed = exchangeInfo.safeParse(info);
  if (!parsed.success) return undefined;
  const instruments = parsed.data.symbols.flatMap((symbol) => instrumentOf(symbol) ?? []);
  return instruments.length === 0 ? undefined : instruments;
}

/** The same from the text of an answer. */
export function instrumentsIn(text: string): readonly SimulatedInstrument[] | undefined {
  try {
    return instrumentsOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function instrumentOf(value: unknown): SimulatedInstrument | undefined {
  const parsed = listing.safeParse(value);
  if (!parsed.success) return undefined;
  const { symbol, baseAsset, filters, ...rest } = parsed.data;
  const filter = <Shape extends z.ZodType>(name: string, shape: Shape) =>
    shape.safeParse(filters.find((candidate) => candidate.filterType === name)).data;
  const price = filter("PRICE_FILTER", priceFilter);
  const lot = filter("LOT_SIZE", lotSize);
  const marketLot = filter("MARKET_LOT_SIZE", lotSize);
  const notional = filter("MIN_NOTIONAL", minNotional);
  const percent = filter("PERCENT_PRICE", percentPrice);
  if (price === undefined || lot === undefined || notional === undefined || percent === undefined) return undefined;
  const stepDecimals = decimalsOf(lot.stepSize);
  const tickDecimals = decimalsOf(price.tickSize);
  const trades = rest.status === "TRADING";
  return {
    symbol,
    pair: rest.pair,
    baseAsset,
    contractType: rest.contractType,
    underlyingType: "COIN",
    underlyingSubType: [],
    // Whatever else the status is, nothing can be traded: not yet, or no more.
    onboardMs: rest.status === "PENDING_TRADING" ? neverMs : 0,
    // A contract that is being settled has the time of its end as delivery date.
    endMs: trades || rest.status === "PENDING_TRADING" ? neverMs : hasEnded(rest) ? rest.deliveryDate : 0,
    deliveryMs: rest.deliveryDate,
    tickSize: price.tickSize,
    tickDecimals,
    // Inside, prices are counted in the last decimal: a tick of 0.05 is five of them.
    tickValue: Number(unitText(tickDecimals)),
    stepSize: lot.stepSize,
    stepDecimals,
    volumeDecimals: stepDecimals,
    quoteDecimals: 8,
    minPrice: price.minPrice,
    maxPrice: price.maxPrice,
    maxQuantity: lot.maxQty,
    maxMarketQuantity: marketLot?.maxQty ?? lot.maxQty,
    minNotional: notional.notional,
    multiplierUp: percent.multiplierUp,
    multiplierDown: percent.multiplierDown,
    marketTakeBound: rest.marketTakeBound,
    liquidationFee: rest.liquidationFee,
    triggerProtect: rest.triggerProtect,
    maxLeverage: familiarCoins.find(([asset]) => asset === baseAsset)?.[5] ?? usualMaxLeverage,
    fundingIntervalHours: usualFundingHours,
    seed: hashText(`live:${symbol}`),
  };
}

const hasEnded = ({ status, deliveryDate }: Pick<z.infer<typeof listing>, "status" | "deliveryDate">): boolean =>
  endedStatuses.has(status) && deliveryDate < neverMs;

/** Decimals that matter: "0.10" has one. */
const decimalsOf = (text: string): number => (text.includes(".") ? text.replace(/0+$/, "").length - text.indexOf(".") - 1 : 0);
