import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { CandleQuery } from "./candle-query.ts";
import { findInterval } from "./interval.ts";
import { PricePath } from "./price-path.ts";
import { loadRecordedMarket } from "./recorded-market.ts";

const root = mkdtempSync(join(tmpdir(), "winiswin-recorded-"));
const startMs = Date.UTC(2024, 2, 1);
const quarterMs = 900_000;
let folders = 0;

afterAll(() => rmSync(root, { recursive: true }));

/** A folder with one file per name. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), name.endsWith(".gz") ? gzipSync(text) : text);
  return folder;
}

function load(files: Readonly<Record<string, string>>) {
  const reports: string[] = [];
  const feed = loadRecordedMarket(folderWith(files), undefined, (line) => reports.push(line));
  const path = new PricePath(feed);
  const candles = new CandleQuery(feed, path);
  const rows = (symbol: string, interval: string, nowMs: number, limit = 500): readonly (readonly (string | number)[])[] =>
    JSON.parse(candles.json(feed.find(symbol)!, findInterval(interval)!, limit, nowMs));
  return { feed, path, candles, reports, rows };
}

const header = "open_time,open,high,low,close,volume";
const at = (index: number) => startMs + index * quarterMs;

describe("recorded candles", () => {
  test("come out as they went in, from csv or gzip, in seconds, milliseconds or microseconds", () => {
    const lines = (scale: (timeMs: number) => number) =>
      [header, ...[0, 1, 2].map((index) => `${scale(at(index))},100.${index},101.5,99.25,100.${index + 1},12.5`)].join("\n");
    const market = load({
      "aaausdt.csv": lines((time) => time),
      "BBBUSDT.csv.gz": `${lines((time) => time * 1_000)}\n`,
      "CCCUSDT.csv": lines((time) => time / 1_000),
    });
    for (const symbol of ["AAAUSDT", "BBBUSDT", "CCCUSDT"]) {
      const [first] = market.rows(symbol, "15m", at(3));
      expect(first!.slice(0, 6)).toEqual([at(0), "100.00", "101.50", "99.25", "100.10", "12.50"]);
    }
    expect(market.reports).toEqual([]);
  });

  test("keep unknown flow unknown: no trades beside a volume, also in sums and in the open candle", () => {
    const market = load({ "AAAUSDT.csv": [header, ...[0, 1, 2, 3, 4].map((index) => `${at(index)},100,101,99,100,12.5`)].join("\n") });
    for (const interval of ["1m", "15m", "1h"]) {
      for (const row of market.rows("AAAUSDT", interval, at(4) + 100_000)) {
        expect(Number(row[5])).toBeGreaterThan(0);
        expect([row[7], row[8], row[9], row[10]]).toEqual(["0", 0, "0", "0"]);
      }
    }
  });

  test("read known columns by their header and Binance's old files without one", () => {
    const known = `${header},close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore`;
    const row = (index: number) => `${at(index)},100,101,99,100.5,12.5,${at(index + 1) - 1},1253.25,42,6.25,626.5,0`;
    const market = load({ "AAAUSDT.csv": [known, row(0), row(1)].join("\n"), "BBBUSDT.csv": [row(0), row(1)].join("\n") });
    for (const symbol of ["AAAUSDT", "BBBUSDT"]) {
      expect(market.rows(symbol, "30m", at(2))[0]!.slice(5, 11)).toEqual(["25.00", at(2) - 1, "2506.50", 84, "12.50", "1253.00"]);
    }
  });

  test("are kept out and counted when they are unsound, doubled, out of order or were saved unfinished", () => {
    const market = load({
      "AAAUSDT.csv": [
        header,
        `${at(0)},100,101,99,100,5`,
        `${at(1)},100,99,98,100,5`,
        `${at(2)},100,101,99,100,5`,
        `${at(2)},100,101,99,100,5`,
        `${at(0)},100,101,99,100,5`,
        `${at(3)},100,100.1,99.9,100,0.1`,
        `${at(4)},107,108,106,107,5`,
        `${at(5)},107,108,106,107,5`,
      ].join("\n"),
    });
    expect(market.reports).toEqual(["Rows kept out of the recorded market: AAAUSDT 1 unsound, 1 duplicate, 1 outOfOrder, 1 unfinished."]);
    expect(market.rows("AAAUSDT", "15m", at(6)).map((row) => row[0])).toEqual([at(0), at(2), at(4), at(5)]);
  });

  test("leave holes as holes: the price stands still there", () => {
    const market = load({
      "AAAUSDT.csv": [header, `${at(0)},100,101,99,100.5,5`, `${at(1)},100.5,101,99,100.7,5`, `${at(4)},103,104,102,103,5`].join("\n"),
    });
    const instrument = market.feed.find("AAAUSDT")!;
    expect(market.path.lastTicks(instrument, at(3)) / 10).toBe(100.7);
    expect(market.rows("AAAUSDT", "15m", at(3))).toHaveLength(2);
  });

  test("of an hour give no quarters, which would be invented, but minutes to match on", () => {
    const hour = (index: number) => startMs + index * 3_600_000;
    const market = load({ "AAAUSDT.csv": [header, ...[0, 1, 2, 3, 4].map((index) => `${hour(index)},100,102,99,101,60`)].join("\n") });
    const instrument = market.feed.find("AAAUSDT")!;
    expect(market.candles.serves(instrument, findInterval("15m")!)).toBe(false);
    expect(market.candles.serves(instrument, findInterval("4h")!)).toBe(true);
    const minutes = market.rows("AAAUSDT", "1m", hour(1), 60);
    expect(minutes).toHaveLength(60);
    expect(Math.max(...minutes.map((row) => Number(row[2])))).toBe(102);
    expect(market.rows("AAAUSDT", "4h", hour(4))[0]!.slice(1, 6)).toEqual(["100", "102", "99", "101", "240.00"]);
  });

  test.each([
    ["a header without close", "open_time,open,high,low,volume\n1,2,3,4,5", "line 1: the header has no column for close."],
    ["a cell that is no number", `${header}\n${at(0)},1,2,1,1,5\n${at(1)},1,2,1,,5`, 'line 3, column 5 (close): "" is not a number.'],
    ["a single candle", `${header}\n${at(0)},1,2,1,1,5`, "fewer than two usable candles"],
    ["nothing", "", "is empty"],
  ])("refuse %s with file and place", (_, text, message) => {
    expect(() => load({ "AAAUSDT.csv": text })).toThrow(message);
  });

  const real = resolve(process.env.WINISWIN_DATA ?? "../shared/data", "futures-15m");
  test.runIf(existsSync(real))("are found in the optional data folder: a 1h candle of real Bitcoin is the sum of its quarters", () => {
    const feed = loadRecordedMarket(real, ["BTCUSDT"], () => {});
    const candles = new CandleQuery(feed, new PricePath(feed));
    const instrument = feed.find("BTCUSDT")!;
    const read = (interval: string, limit: number) =>
      JSON.parse(candles.json(instrument, findInterval(interval)!, limit, startMs + 3_600_000 - 1));
    const quarters = read("15m", 4);
    const [hour] = read("1h", 1);
    expect(instrument.tickSize).toBe("0.1");
    expect(hour[1]).toBe(quarters[0][1]);
    expect(Number(hour[2])).toBe(Math.max(...quarters.map((row: string[]) => Number(row[2]))));
  });
});
