import { AnchorWalk } from "./anchor-walk.ts";
import { dayMs } from "./candle-columns.ts";
import { inventNames } from "./coin-names.ts";
import { familiarCoins } from "./familiar-coins.ts";
import type { Character } from "./generated-day.ts";
import { neverMs, type SimulatedInstrument, unitText } from "./instrument.ts";
import { hashText, uniformAt } from "./noise.ts";
import { tradingLimitsOf } from "./trading-limits.ts";

export interface GeneratedInstrument {
  readonly instrument: SimulatedInstrument;
  readonly character: Character;
}

interface Blueprint {
  readonly asset: string;
  readonly price: number;
  readonly tick: string;
  readonly step: string;
  readonly turnover: number;
  readonly leverage: number;
}

const decimalsOf = (text: string): number => (text.includes(".") ? text.replace(/0+$/, "").split(".")[1]!.length : 0);

/** Ticks around a 20,000th of the price and steps worth 0.02 to 2 USDT, as Binance sets them. */
function invent(marketSeed: string, asset: string): Blueprint {
  const seed = hashText(`${marketSeed}:${asset}:blueprint`);
  const price = 10 ** (-3 + 5 * uniformAt(seed, 1));
  const tickDecimals = Math.min(7, Math.max(2, Math.round(-Math.log10(price / 20_000))));
  const stepDecimals = Math.min(2, Math.max(0, Math.round(Math.log10(price) + 0.3)));
  return {
    asset,
    price: Number(price.toPrecision(4)),
    tick: unitText(tickDecimals),
    step: unitText(stepDecimals),
    turnover: 10 ** (6.5 + 2 * uniformAt(seed, 2) ** 1.4),
    leverage: uniformAt(seed, 3) < 0.35 ? 75 : uniformAt(seed, 3) < 0.8 ? 50 : 25,
  };
}

function build(marketSeed: string, blueprint: Blueprint, startDayMs: number, changes: Partial<SimulatedInstrument>): GeneratedInstrument {
  const symbol = changes.symbol ?? `${blueprint.asset}USDT`;
  const seed = hashText(`${marketSeed}:${symbol}`);
  const tickDecimals = decimalsOf(blueprint.tick);
  const stepDecimals = decimalsOf(blueprint.step);
  const old = familiarCoins.some(([asset]) => asset === blueprint.asset);
  // Familiar coins were listed four to seven years ago, others 120 days to four years.
  const ageDays = Math.round(old ? 1_460 + 1_095 * uniformAt(seed, 11) : 120 + 1_340 * uniformAt(seed, 11) ** 0.8);
  const largeQuantity = Math.max(100, Number((blueprint.turnover / blueprint.price / 200).toPrecision(1)));
  const instrument: SimulatedInstrument = {
    symbol,
    pair: `${blueprint.asset}USDT`,
    baseAsset: blueprint.asset,
    contractType: "PERPETUAL",
    underlyingType: "COIN",
    underlyingSubType: [],
    onboardMs: startDayMs - ageDays * dayMs + 8 * 3_600_000,
    endMs: neverMs,
    deliveryMs: neverMs,
    tickSize: blueprint.tick,
    tickDecimals,
    tickValue: Number(blueprint.tick),
    stepSize: blueprint.step,
    stepDecimals,
    volumeDecimals: stepDecimals,
    quoteDecimals: 2,
    minPrice: blueprint.tick,
    maxPrice: String(Math.ceil(blueprint.price * 1_000)),
    maxQuantity: String(largeQuantity * 5),
    maxMarketQuantity: String(largeQuantity),
    ...tradingLimitsOf(blueprint.asset),
    maxLeverage: blueprint.leverage,
    fundingIntervalHours: old || uniformAt(seed, 13) < 0.25 ? 8 : 4,
    seed,
    ...changes,
  };
  return { instrument, character: characterOf(marketSeed, blueprint, instrument) };
}

/** Bitcoin is the common movement itself, Ether follows it closely, smaller coins have more of their own, stocks little in common. */
function characterOf(marketSeed: string, blueprint: Blueprint, { seed, contractType }: SimulatedInstrument): Character {
  const shape = { basePrice: blueprint.price, dailyTurnover: blueprint.turnover, tradeSize: 150 + blueprint.turnover ** 0.42 / 4 };
  if (blueprint.asset === "BTC") return { ...shape, beta: 1, own: undefined };
  const own = (deviation: number) => new AnchorWalk(hashText(`${marketSeed}:${blueprint.asset}:own`), deviation, 0.45);
  if (blueprint.asset === "ETH") return { ...shape, beta: 1.05, own: own(0.011) };
  if (contractType === "TRADIFI_PERPETUAL") return { ...shape, beta: 0.3, own: own(0.016) };
  const draw = uniformAt(seed, 12);
  return {
    ...shape,
    beta: 0.8 + 0.7 * uniformAt(seed, 14),
    own: own(blueprint.turnover > 1e8 ? 0.018 + 0.012 * draw : 0.024 + 0.022 * draw),
  };
}

/** The last Friday of the calendar quarter's last month, 08:00 UTC, at least 14 days ahead: when quarterlies deliver. */
export function nextDeliveryMs(fromMs: number): number {
  const from = new Date(fromMs + 14 * dayMs);
  for (let quarter = Math.floor(from.getUTCMonth() / 3); ; quarter++) {
    const lastDay = Date.UTC(from.getUTCFullYear(), quarter * 3 + 3, 0, 8);
    const backToFriday = (new Date(lastDay).getUTCDay() + 2) % 7;
    const delivery = lastDay - backToFriday * dayMs;
    if (delivery > from.getTime()) return delivery;
  }
}

/**
 * The `count` tradable perpetuals, familiar ones first, and after them five contracts that a careful bot skips: a stock perpetual,
 * an index, a delisted one, a quarterly and one listed two days before the start.
 */
export function generateInstruments(marketSeed: string, count: number, startMs: number): readonly GeneratedInstrument[] {
  const startDayMs = Math.floor(startMs / dayMs) * dayMs;
  const familiar: Blueprint[] = familiarCoins
    .slice(0, count)
    .map(([asset, price, tick, step, millions, leverage]) => ({ asset, price, tick, step, turnover: millions * 1e6, leverage }));
  const special = ["NVTK", "ALTDOM", "FADED", "FRESHLY"];
  const taken = new Set([...familiarCoins.map(([asset]) => asset), ...special]);
  const invented = inventNames(marketSeed, count - familiar.length, taken).map((asset) => invent(marketSeed, asset));
  const tradable = [...familiar, ...invented].map((blueprint) => build(marketSeed, blueprint, startDayMs, {}));
  const bitcoin = familiar[0]!;
  const deliveryMs = nextDeliveryMs(startDayMs);
  const delivered = new Date(deliveryMs).toISOString();
  const quarterly = `BTCUSDT_${delivered.slice(2, 4)}${delivered.slice(5, 7)}${delivered.slice(8, 10)}`;
  const plain = (asset: string, price: number, tick: string): Blueprint => ({
    asset,
    price,
    tick,
    step: "0.01",
    turnover: 2e7,
    leverage: 20,
  });
  return [
    ...tradable,
    build(marketSeed, plain("NVTK", 180, "0.01"), startDayMs, {
      contractType: "TRADIFI_PERPETUAL",
      underlyingType: "EQUITY",
      underlyingSubType: ["TradFi"],
    }),
    build(marketSeed, plain("ALTDOM", 1_500, "0.1"), startDayMs, { underlyingType: "INDEX", underlyingSubType: ["INDEX"] }),
    build(marketSeed, plain("FADED", 0.4, "0.0001"), startDayMs, { endMs: startDayMs - 20 * dayMs }),
    build(marketSeed, bitcoin, startDayMs, {
      symbol: quarterly,
      contractType: "CURRENT_QUARTER",
      endMs: deliveryMs,
      deliveryMs,
      onboardMs: startDayMs - 100 * dayMs,
    }),
    build(marketSeed, plain("FRESHLY", 0.9, "0.0001"), startDayMs, { onboardMs: startDayMs - 2 * dayMs }),
  ];
}
