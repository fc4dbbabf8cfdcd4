import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { CandleQuery } from "./candle-query.ts";
import { findInterval } from "./interval.ts";
import { PricePath } from "./price-path.ts";
import { loadRecordedMarket } from "./recorded-market.ts";
import { defectsText } from "./recording-defects.ts";

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

describe("recorded minutes beside the candles", () => {
  type Row = readonly [open: number, high: number, low: number, close: number, volume: number];
  const csv = (rows: readonly Row[], lengthMs: number) =>
    [header, ...rows.map((row, index) => [startMs + index * lengthMs, ...row].join())].join("\n");
  const calm: Row = [100, 100, 100, 100, 1];
  /** A rise in the fourth minute and a fall in the tenth, which no drawn path would know. */
  const minutes: readonly Row[] = Array.from({ length: 45 }, (_, minute): Row => {
    if (minute % 15 === 3) return [100, 104, 100, 103, 5.5];
    if (minute % 15 === 4) return [103, 103, 100, 100, 2];
    if (minute % 15 === 9) return [100, 100, 96.5, 97, 3];
    if (minute % 15 === 10) return [97, 100, 97, 100, 2];
    return calm;
  });
  const quarter: Row = [100, 104, 96.5, 100, 23.5];
  const quarters = csv([quarter, quarter, quarter], quarterMs);

  function loadBoth(fine: string, coarse = quarters) {
    const folder = folderWith({ "AAAUSDT.csv": coarse });
    mkdirSync(join(folder, "1m"));
    writeFileSync(join(folder, "1m", "aaausdt.csv"), fine);
    const reports: string[] = [];
    const feed = loadRecordedMarket(folder, undefined, (line) => reports.push(line));
    const path = new PricePath(feed);
    const candles = new CandleQuery(feed, path);
    const rows = (interval: string): readonly (readonly (string | number)[])[] =>
      JSON.parse(candles.json(feed.find("AAAUSDT")!, findInterval(interval)!, 1_000, at(3)));
    return { feed, path, reports, rows, instrument: feed.find("AAAUSDT")! };
  }

  test("are the course of the price inside them, and the candles stay what they are", () => {
    const { path, rows, reports, feed, instrument } = loadBoth(csv(minutes, 60_000));
    expect(reports).toEqual([]);
    expect(feed.defects[0]).toMatchObject({ minutes: { candles: 3, followed: 3 } });
    expect(rows("15m").map((row) => row.slice(1, 6).map(Number))).toEqual([[...quarter], [...quarter], [...quarter]]);
    expect(rows("1m").map((row) => row.slice(1, 6).map(Number))).toEqual(minutes.map((row) => [...row]));
    const priceAt = (minute: number) => path.lastTicks(instrument, startMs + minute * 60_000) * instrument.tickValue;
    expect([priceAt(2), priceAt(4), priceAt(8), priceAt(10)]).toEqual([100, 103, 100, 97]);
  });

  test("are drawn where they contradict the candle or are missing, which is told in one sentence", () => {
    const broken = minutes.map(
      (row, minute): Row => (minute === 9 ? [100, 100, 96, 97, 3] : minute === 33 ? [100, 104, 100, 103, 5] : row),
    );
    const lines = csv(broken, 60_000).split("\n");
    const { rows, reports, feed } = loadBoth(lines.filter((_, line) => line !== 1 + 20).join("\n"));
    expect(reports).toEqual([
      "Recorded minutes are not followed everywhere: 1m/aaausdt.csv is followed in 0 of 3 candles (1 without all their minutes, 1 of other prices, 1 of another volume, first at 2024-03-01 00:00).",
    ]);
    expect(defectsText(feed.defects[0]!)).toContain("followed in 0 of 3 candles");
    expect(rows("15m").map((row) => row.slice(1, 6).map(Number))).toEqual([[...quarter], [...quarter], [...quarter]]);
  });

  test("may cover a part of the candles only, and may be finer in their digits", () => {
    const some = minutes
      .slice(0, 15)
      .map(
        ([open, high, low, close, volume], minute): Row =>
          minute === 0
            ? [open, 100.125, low, close, volume - 0.25]
            : minute === 1
              ? [open, high, low, close, volume + 0.25]
              : [open, high, low, close, volume],
      );
    const { rows, reports, instrument } = loadBoth(csv(some, 60_000));
    expect(reports).toEqual([]);
    expect(instrument.tickSize).toBe("0.001");
    expect(rows("1m")[0]!.slice(1, 6)).toEqual(["100.000", "100.125", "100.000", "100.000", "0.75"]);
    expect(rows("1m")).toHaveLength(45);
  });

  test("give the open candle as it grows", () => {
    const folder = folderWith({ "AAAUSDT.csv": quarters });
    mkdirSync(join(folder, "1m"));
    writeFileSync(join(folder, "1m", "AAAUSDT.csv.gz"), gzipSync(csv(minutes, 60_000)));
    const feed = loadRecordedMarket(folder, undefined, () => undefined);
    const candles = new CandleQuery(feed, new PricePath(feed));
    const rowAt = (minute: number) =>
      JSON.parse(candles.json(feed.find("AAAUSDT")!, findInterval("15m")!, 1, startMs + minute * 60_000))[0]
        .slice(1, 6)
        .map(Number);
    expect([rowAt(3), rowAt(5), rowAt(11)]).toEqual([
      [100, 100, 100, 100, 3],
      [100, 104, 100, 100, 10.5],
      [100, 104, 96.5, 100, 19.5],
    ]);
  });

  test("are refused when they are no minutes", () => {
    expect(() => loadBoth(quarters)).toThrow(/1m\/aaausdt\.csv holds candles 15 minutes apart, but lies in the folder of minutes\.$/);
  });
});
