import { dayMs, minuteMs } from "../market/candle-columns.ts";
import { type SimulatedInstrument, statusAt, unitsToText } from "../market/instrument.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import { longShare, type RatioKind } from "./account-ratios.ts";
import { type MarketContext, type MarketRoutes, namedInstrument, perSymbol } from "./market-route.ts";
import { openInterestUnits } from "./open-interest.ts";
import { tradingSchedule } from "./trading-schedule.ts";

const hourMs = 60 * minuteMs;
const monthMs = 30 * dayMs;
const periods: ReadonlyMap<string, number> = new Map([
  ["5m", 5 * minuteMs],
  ["15m", 15 * minuteMs],
  ["30m", 30 * minuteMs],
  ["1h", hourMs],
  ["2h", 2 * hourMs],
  ["4h", 4 * hourMs],
  ["6h", 6 * hourMs],
  ["12h", 12 * hourMs],
  ["1d", dayMs],
]);

function fundingRates({ exchange, market, parameters, nowMs }: MarketContext): string {
  const symbol = parameters.text("symbol");
  const limit = parameters.limit(100, 1_000);
  const instruments = symbol === undefined ? market.feed.instruments : [exchange.instrument(symbol.toUpperCase())];
  const untilMs = Math.min(parameters.integer("endTime") ?? nowMs, nowMs);
  const startMs = parameters.integer("startTime");
  const rates = instruments.flatMap((instrument) => {
    const interval = instrument.fundingIntervalHours * hourMs;
    const last = Math.floor(Math.min(untilMs, instrument.endMs) / interval) * interval;
    const wanted = startMs === undefined ? last - (limit - 1) * interval : Math.ceil(startMs / interval) * interval;
    const first = Math.max(wanted, Math.ceil(instrument.onboardMs / interval) * interval);
    const times: number[] = [];
    for (let timeMs = first; timeMs <= last && times.length < limit; timeMs += interval) times.push(timeMs);
    return times.map((fundingTime) => ({
      symbol: instrument.symbol,
      fundingRate: market.feed.fundingRate(instrument, fundingTime),
      fundingTime,
      markPrice: market.markPrice(instrument, fundingTime).toFixed(8),
      rateType: "Regular",
    }));
  });
  const ordered = rates.sort((left, right) => left.fundingTime - right.fundingTime);
  return JSON.stringify(startMs === undefined ? ordered.slice(-limit) : ordered.slice(0, limit));
}

/** The ends of the asked periods within the last month, oldest first: 30 at a time, at most 500. */
function periodEnds({ parameters, nowMs }: MarketContext): { readonly periodMs: number; readonly endsMs: readonly number[] } {
  const periodMs = periods.get(parameters.mandatory("period"));
  if (periodMs === undefined) throw refusals.invalidParameter("period");
  const limit = parameters.limit(30, 500);
  const startMs = parameters.integer("startTime");
  const lastMs = Math.floor(Math.min(parameters.integer("endTime") ?? nowMs, nowMs) / periodMs) * periodMs;
  const oldestMs = nowMs - monthMs;
  if (startMs !== undefined && startMs < oldestMs) throw refusals.invalidParameter("startTime");
  const firstMs = startMs === undefined ? lastMs - (limit - 1) * periodMs : Math.ceil(startMs / periodMs) * periodMs;
  const endsMs: number[] = [];
  for (let atMs = Math.max(firstMs, Math.ceil(oldestMs / periodMs) * periodMs); atMs <= lastMs && endsMs.length < limit; atMs += periodMs)
    endsMs.push(atMs);
  return { periodMs, endsMs };
}

const interestText = ({ market }: MarketContext, instrument: SimulatedInstrument, atMs: number): string =>
  unitsToText(openInterestUnits(market, instrument, atMs), instrument.volumeDecimals);

function openInterestHistory(context: MarketContext): string {
  const instrument = namedInstrument(context);
  return JSON.stringify(
    periodEnds(context).endsMs.map((timestamp) => {
      const sumOpenInterest = interestText(context, instrument, timestamp);
      return {
        symbol: instrument.symbol,
        sumOpenInterest,
        sumOpenInterestValue: (Number(sumOpenInterest) * context.market.path.markPrice(instrument, timestamp)).toFixed(8),
        CMCCirculatingSupply: "0",
        timestamp,
      };
    }),
  );
}

/** From the candles' own taker flow. */
function takerVolume(context: MarketContext): string {
  const instrument = namedInstrument(context);
  const { periodMs, endsMs } = periodEnds(context);
  return JSON.stringify(
    endsMs.map((endMs) => {
      const row = context.market.candles.total(instrument, endMs - periodMs, endMs);
      const bought = Number.isNaN(row[7]!) ? 0 : row[7]!;
      const sold = Number.isNaN(row[7]!) ? 0 : row[4]! - bought;
      return {
        buySellRatio: sold === 0 ? "0.0000" : (bought / sold).toFixed(4),
        buyVol: unitsToText(bought, instrument.volumeDecimals),
        sellVol: unitsToText(sold, instrument.volumeDecimals),
        timestamp: endMs - periodMs,
      };
    }),
  );
}

/** Of an account that nobody else shares the market with: invented, see there. */
const accountRatio =
  (kind: RatioKind) =>
  (context: MarketContext): string => {
    const instrument = namedInstrument(context);
    return JSON.stringify(
      periodEnds(context).endsMs.map((timestamp) => {
        const long = longShare(instrument, kind, timestamp);
        return {
          symbol: instrument.symbol,
          longShortRatio: (long / (1 - long)).toFixed(4),
          longAccount: long.toFixed(4),
          shortAccount: (1 - long).toFixed(4),
          timestamp,
        };
      }),
    );
  };

function basis(context: MarketContext): string {
  const { market, exchange, parameters } = context;
  const pair = parameters.mandatory("pair").toUpperCase();
  const contractType = parameters.mandatory("contractType").toUpperCase();
  if (contractType !== "PERPETUAL") throw refusals.invalidParameter("contractType");
  const instrument = exchange.instrument(pair);
  return JSON.stringify(
    periodEnds(context).endsMs.map((timestamp) => {
      const index = market.path.indexPrice(instrument, timestamp);
      const futures = market.path.lastTicks(instrument, timestamp) * instrument.tickValue;
      return {
        indexPrice: index.toFixed(8),
        contractType,
        basisRate: (futures / index - 1).toFixed(4),
        futuresPrice: futures.toFixed(8),
        annualizedBasisRate: "",
        basis: (futures - index).toFixed(8),
        pair,
        timestamp,
      };
    }),
  );
}

const statistic = { access: "public", weight: 0, bucket: "futuresData" } as const;
const funding = { access: "public", weight: 0, bucket: "funding" } as const;

/** Funding, open interest and other figures about a contract. */
export const statisticsRoutes: MarketRoutes = {
  "GET /fapi/v1/fundingRate": { ...funding, answer: fundingRates },
  "GET /fapi/v1/fundingInfo": {
    ...funding,
    answer: ({ market }) =>
      JSON.stringify(
        market.feed.instruments.map(({ symbol, fundingIntervalHours }) => ({
          symbol,
          adjustedFundingRateCap: "0.02000000",
          adjustedFundingRateFloor: "-0.02000000",
          fundingIntervalHours,
          disclaimer: false,
        })),
      ),
  },
  "GET /fapi/v1/openInterest": {
    access: "public",
    weight: 1,
    answer: (context) => {
      const instrument = namedInstrument(context);
      if (statusAt(instrument, context.nowMs) === "PENDING_TRADING") throw refusals.symbolStatus();
      const openInterest = interestText(context, instrument, context.nowMs);
      return JSON.stringify({ openInterest, symbol: instrument.symbol, time: context.nowMs });
    },
  },
  "GET /fapi/v1/symbolAdlRisk": perSymbol(1, 1, ({ nowMs }, { symbol }) => ({ symbol, adlRisk: "low", updateTime: nowMs })),
  "GET /futures/data/openInterestHist": { ...statistic, answer: openInterestHistory },
  "GET /futures/data/takerlongshortRatio": { ...statistic, answer: takerVolume },
  "GET /futures/data/topLongShortPositionRatio": { ...statistic, answer: accountRatio("topPositions") },
  "GET /futures/data/topLongShortAccountRatio": { ...statistic, answer: accountRatio("topAccounts") },
  "GET /futures/data/globalLongShortAccountRatio": { ...statistic, answer: accountRatio("allAccounts") },
  "GET /fapi/v1/constituents": {
    access: "public",
    weight: 2,
    answer: (context) => {
      const instrument = namedInstrument(context);
      const isStock = instrument.contractType === "TRADIFI_PERPETUAL";
      // One for all: the index here is made of the contract's own price.
      const price = isStock ? "-1" : context.market.path.indexPrice(instrument, context.nowMs).toFixed(8);
      const constituents = [{ exchange: "simulated", symbol: instrument.symbol, price, weight: "1.00000000" }];
      return JSON.stringify({ symbol: instrument.symbol, time: context.nowMs, constituents });
    },
  },
  "GET /fapi/v1/tradingSchedule": { access: "public", weight: 5, answer: ({ nowMs }) => JSON.stringify(tradingSchedule(nowMs)) },
  "GET /futures/data/basis": { ...statistic, answer: basis },
};
