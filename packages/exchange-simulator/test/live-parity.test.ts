import { afterAll, beforeAll, expect, test } from "vitest";
import { type ExchangeSimulator, startExchangeSimulator } from "../src/index.ts";
import { plain, signed } from "./signed-request.ts";

const startMs = Date.UTC(2026, 10, 21, 10, 0, 20);
const minuteMs = 60_000;

let known: ExchangeSimulator;
let live: ExchangeSimulator;

beforeAll(async () => {
  known = await startExchangeSimulator({
    market: { kind: "generated", symbols: 12, seed: "parity" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
  });
  live = await startExchangeSimulator({
    market: { kind: "live", baseUrl: known.url },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
  });
});

afterAll(async () => {
  await live.stop();
  await known.stop();
});

interface Exit {
  readonly symbol: string;
  readonly type: string;
  readonly minuteMs: number;
  readonly price: number;
}

const ask = async (exchange: ExchangeSimulator, method: string, path: string, parameters: Record<string, string> = {}) =>
  (await signed(exchange, method, path, parameters, exchange.clock.nowMs())).body;

async function exitsOf(exchange: ExchangeSimulator, symbols: readonly string[]): Promise<readonly Exit[]> {
  const exits: Exit[] = [];
  for (const symbol of symbols) {
    const algos = (await ask(exchange, "GET", "/fapi/v1/allAlgoOrders", { symbol })) as Record<string, string>[];
    for (const algo of algos.filter(({ algoStatus }) => algoStatus === "FINISHED")) {
      exits.push({
        symbol,
        type: algo.orderType!,
        minuteMs: Math.floor(Number(algo.triggerTime) / minuteMs) * minuteMs,
        price: Number(algo.actualPrice),
      });
    }
  }
  return exits;
}

test("a follower that looks every 20 s ends the same positions by the same orders in the same minutes as the followed exchange itself", async () => {
  const tickers = (await plain(known.url, "GET", "/fapi/v2/ticker/price")).body as { symbol: string; price: string }[];
  const info = (await plain(known.url, "GET", "/fapi/v1/exchangeInfo")).body as { symbols: Record<string, unknown>[] };
  const symbols = info.symbols.filter((listed) => listed.contractType === "PERPETUAL" && listed.status === "TRADING").slice(0, 10);
  const names = symbols.map(({ symbol }) => String(symbol));
  for (const [index, listed] of symbols.entries()) {
    const symbol = String(listed.symbol);
    const price = Number(tickers.find((ticker) => ticker.symbol === symbol)!.price);
    const filters = listed.filters as Record<string, string>[];
    const [{ tickSize }, { stepSize }] = [filters[0] as { tickSize: string }, filters[1] as { stepSize: string }];
    const onGrid = (value: number, unit: string) => {
      const decimals = unit.includes(".") ? unit.replace(/0+$/, "").length - unit.indexOf(".") - 1 : 0;
      return (Math.round(value * 10 ** decimals) / 10 ** decimals).toFixed(decimals);
    };
    const long = index % 2 === 0;
    const exitSide = long ? "SELL" : "BUY";
    const shift = (share: number) => onGrid(price * (1 + (long ? share : -share)), tickSize);
    const workingType = index % 3 === 0 ? "MARK_PRICE" : "CONTRACT_PRICE";
    const common = { algoType: "CONDITIONAL", symbol, side: exitSide, closePosition: "true", workingType };
    for (const exchange of [known, live]) {
      const quantity = onGrid(300 / price, stepSize);
      await ask(exchange, "POST", "/fapi/v1/order", { symbol, side: long ? "BUY" : "SELL", type: "MARKET", quantity });
      expect(
        await ask(exchange, "POST", "/fapi/v1/algoOrder", { ...common, type: "STOP_MARKET", triggerPrice: shift(-0.006) }),
      ).toMatchObject({ algoStatus: "NEW" });
      // Every third contract trails instead of waiting for a target.
      const trails = { algoType: "CONDITIONAL", symbol, side: exitSide, workingType, quantity, reduceOnly: "true", callbackRate: "0.4" };
      const second =
        index % 3 === 1
          ? { ...trails, type: "TRAILING_STOP_MARKET", activatePrice: shift(0.002) }
          : { ...common, type: "TAKE_PROFIT_MARKET", triggerPrice: shift(0.009) };
      expect(await ask(exchange, "POST", "/fapi/v1/algoOrder", second)).toMatchObject({ algoStatus: "NEW" });
    }
  }

  for (let atMs = startMs + 20_000; atMs < startMs + 6 * 60 * minuteMs; atMs += 20_000) {
    for (const exchange of [known, live]) await plain(exchange.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: atMs }));
    await plain(live.url, "POST", "/simulator/poll");
  }

  const [theirs, ours] = [await exitsOf(known, names), await exitsOf(live, names)];
  expect(theirs.length).toBeGreaterThanOrEqual(8);
  expect(new Set(theirs.map(({ type }) => type)).size).toBe(3);
  expect(ours.map(({ price: _, ...exit }) => exit)).toEqual(theirs.map(({ price: _, ...exit }) => exit));
  for (const [index, { price }] of ours.entries()) expect(Math.abs(price / theirs[index]!.price - 1)).toBeLessThan(0.001);
}, 60_000);
