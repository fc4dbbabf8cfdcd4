import type { CandleFile } from "./candle-file.ts";
import { familiarCoins } from "./familiar-coins.ts";
import { neverMs, type SimulatedInstrument, unitText } from "./instrument.ts";
import { hashText } from "./noise.ts";
import { tradingLimitsOf } from "./trading-limits.ts";

const decimalsOf = (text: string): number => (text.includes(".") ? text.length - text.indexOf(".") - 1 : 0);

function mostDecimals(texts: Iterable<string>, atMost: number): number {
  let most = 0;
  for (const text of texts) {
    const decimals = decimalsOf(text);
    if (decimals > most) most = decimals;
    if (most >= atMost) return atMost;
  }
  return most;
}

/** Limits of a recorded contract: the smallest decimal grid that holds all its prices, those of its minutes too, and a step worth about a tenth of a dollar. */
export function recordedInstrument(file: CandleFile, fine: CandleFile | undefined): SimulatedInstrument {
  const { symbol } = file;
  const baseAsset = symbol.replace(/USDT$/, "");
  const coin = familiarCoins.find(([asset]) => asset === baseAsset);
  const decimalsIn = (texts: (of: CandleFile) => Iterable<string>): number =>
    Math.max(mostDecimals(texts(file), 8), fine === undefined ? 0 : mostDecimals(texts(fine), 8));
  const tickDecimals = decimalsIn(({ prices }) => prices.flat());
  const lastPrice = Number(file.prices.at(-1)![3]);
  const stepDecimals =
    coin === undefined ? Math.min(3, Math.max(0, Math.round(Math.log10(lastPrice)))) : decimalsOf(coin[3].replace(/\.?0+$/, ""));
  const largeQuantity = Math.max(100, Number((20_000_000 / lastPrice).toPrecision(1)));
  return {
    symbol,
    pair: symbol,
    baseAsset,
    contractType: "PERPETUAL",
    underlyingType: "COIN",
    underlyingSubType: [],
    onboardMs: file.openTimesMs[0]!,
    endMs: file.openTimesMs.at(-1)! + file.baseMs,
    deliveryMs: neverMs,
    tickSize: unitText(tickDecimals),
    tickDecimals,
    tickValue: Number(unitText(tickDecimals)),
    stepSize: unitText(stepDecimals),
    stepDecimals,
    volumeDecimals: Math.max(
      stepDecimals,
      decimalsIn(({ volumes }) => volumes),
    ),
    quoteDecimals: decimalsIn(({ quoteVolumes }) => quoteVolumes),
    minPrice: unitText(tickDecimals),
    maxPrice: String(Math.ceil(lastPrice * 1_000)),
    maxQuantity: String(largeQuantity * 5),
    maxMarketQuantity: String(largeQuantity),
    ...tradingLimitsOf(baseAsset),
    maxLeverage: coin?.[5] ?? 50,
    fundingIntervalHours: 8,
    seed: hashText(`recorded:${symbol}`),
  };
}
