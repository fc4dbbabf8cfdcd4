import { createEngine, type SymbolView } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { signOf } from "@winiswin/domain/direction";
import { beforeAll, describe, expect, it } from "vitest";
import { recordedCandles } from "../../analysis/test/recorded-candles.ts";
import { strategies, strategyNamed } from "../src/registry.ts";
import { atrsOf, closesOf, highest, lowest, turnsOf } from "./plain-figures.ts";
import {
  accepted,
  between,
  brokeOut,
  diverged,
  pushed,
  rejected,
  retested,
  returned,
  type Seen,
  swept,
  sweptPool,
  turnedWithTrend,
  visited,
} from "./setup-checks.ts";

interface Explained {
  readonly strategy: string;
  /** When the candle opened. */
  readonly time: string;
  readonly because: string;
  /** The first reason of the signal, which the check works out again from the candles. */
  readonly reason: string;
  check(seen: Seen): void;
}

const cases: readonly Explained[] = [
  {
    strategy: "liquidity-sweep",
    time: "2023-09-01T02:45:00Z",
    because: "two highs at 26060.5 collected stops; they were taken up to 26094.1 and the candle closed below again",
    reason: "short: swept the high of equal swings at 26060.5 to 26094.1 and closed back",
    check: sweptPool(26_060.5, 26_094.1),
  },
  {
    strategy: "liquidity-sweep",
    time: "2023-09-03T13:00:00Z",
    because: "the low of the Asian session (00:00 to 08:00 UTC) was undercut by 8 USDT and won back within the candle",
    reason: "long: swept the low of the Asian session at 25810.8 to 25802.8 and closed back",
    check: (seen) => {
      swept(25_810.8, 25_802.8)(seen);
      expect(lowest(between(seen.candles, "2023-09-03T00:00:00Z", "2023-09-03T08:00:00Z"))).toBe(25_810.8);
    },
  },
  {
    strategy: "liquidity-sweep",
    time: "2023-09-09T16:30:00Z",
    because: "equal highs at 25923.1 were run and the close came back below them",
    reason: "short: swept the high of equal swings at 25923.1 to 25940.6 and closed back",
    check: sweptPool(25_923.1, 25_940.6),
  },
  {
    strategy: "liquidity-sweep",
    time: "2023-09-12T03:15:00Z",
    because: "the high of 2023-09-11 was passed by 54 USDT and not held",
    reason: "short: swept the high of the previous day at 25895 to 25949 and closed back",
    check: (seen) => {
      swept(25_895, 25_949)(seen);
      expect(highest(between(seen.candles, "2023-09-11T00:00:00Z", "2023-09-12T00:00:00Z"))).toBe(25_895);
    },
  },
  {
    strategy: "break-and-retest",
    time: "2023-08-30T19:00:00Z",
    because: "the swing low at 27265 broke 18 candles ago; price came back to it from below and fell off again",
    reason: "short: retest of the swing at 27265, broken 18 candles ago, that held",
    check: (seen) => {
      retested(27_265, 18)(seen);
      expect(turnsOf(seen.candles, -1).map(({ price }) => price)).toContain(27_265);
    },
  },
  {
    strategy: "break-and-retest",
    time: "2023-08-31T23:00:00Z",
    because: "two hours after the zone at 26008.21 gave way in the sell-off its lower edge was met from below",
    reason: "short: retest of the zone at 26008.21, broken 8 candles ago, that held",
    check: retested(26_008.21, 8),
  },
  {
    strategy: "break-and-retest",
    time: "2023-09-01T13:30:00Z",
    because: "an hour after the close below 26022.46 the zone was touched from below and refused",
    reason: "short: retest of the zone at 26022.46, broken 4 candles ago, that held",
    check: retested(26_022.46, 4),
  },
  {
    strategy: "break-and-retest",
    time: "2023-09-01T14:15:00Z",
    because: "the candle right after the break came back to the zone at 25944.28 and closed below it",
    reason: "short: retest of the zone at 25944.28, broken 1 candles ago, that held",
    check: retested(25_944.28, 1),
  },
  {
    strategy: "volume-profile",
    time: "2023-08-31T14:15:00Z",
    because: "in a range the low dipped below the value area of two days and the close came back into it",
    reason: "long: rejected at the edge of value 27076.5, toward POC 27387.25",
    check: rejected(27_076.5, 27_387.25),
  },
  {
    strategy: "volume-profile",
    time: "2023-09-05T20:45:00Z",
    because: "the lower edge of value at 25674 turned the candle in a range, with the busiest price 75 USDT above",
    reason: "long: rejected at the edge of value 25674, toward POC 25749",
    check: rejected(25_674, 25_749),
  },
  {
    strategy: "volume-profile",
    time: "2023-09-01T17:30:00Z",
    because: "in a falling trend two closes in a row lay below the value area: the market accepts lower prices",
    reason: "short: accepted beyond the edge of value 25554.3",
    check: accepted(25_554.3),
  },
  {
    strategy: "volume-profile",
    time: "2023-09-07T16:30:00Z",
    because: "in a rising trend two closes in a row lay above the value area: the market accepts higher prices",
    reason: "long: accepted beyond the edge of value 25806",
    check: accepted(25_806),
  },
  {
    strategy: "action-price",
    time: "2023-08-30T15:45:00Z",
    because: "the candle reached for the resistance above 27259.78 and closed red below it",
    reason: "short: visit to the resistance zone 27259.78 to 27297.82",
    check: visited(27_259.78, 27_297.82),
  },
  {
    strategy: "action-price",
    time: "2023-08-30T19:00:00Z",
    because: "the same resistance, by now a little wider, was reached again and held again",
    reason: "short: visit to the resistance zone 27244.77 to 27298.07",
    check: visited(27_244.77, 27_298.07),
  },
  {
    strategy: "action-price",
    time: "2023-08-30T19:45:00Z",
    because: "half an hour later price was still leaning on it and gave way",
    reason: "short: visit to the resistance zone 27245.82 to 27299.12",
    check: visited(27_245.82, 27_299.12),
  },
  {
    strategy: "action-price",
    time: "2023-08-30T22:15:00Z",
    because: "the last try of the evening ended in the zone and closed red",
    reason: "short: visit to the resistance zone 27241.61 to 27288.42",
    check: visited(27_241.61, 27_288.42),
  },
  {
    strategy: "enhanced",
    time: "2023-08-31T11:30:00Z",
    because: "out of a squeeze the close lay above the channel of 20 candles",
    reason: "long: broke out of a squeeze",
    check: brokeOut,
  },
  {
    strategy: "enhanced",
    time: "2023-09-01T07:15:00Z",
    because: "in a falling trend the MACD histogram turned negative at this close",
    reason: "short: MACD turned with the trend",
    check: turnedWithTrend,
  },
  {
    strategy: "enhanced",
    time: "2023-09-03T06:30:00Z",
    because: "a Sunday's squeeze was left upward beyond the channel",
    reason: "long: broke out of a squeeze",
    check: brokeOut,
  },
  {
    strategy: "enhanced",
    time: "2023-09-04T03:15:00Z",
    because: "in a range the upper band was passed, the close came back inside, and RSI was at least 60",
    reason: "short: returned from the edge of a range",
    check: returned,
  },
];

/** No recorded candles of 15 minutes know the taker flow: those of an hour are taken for such, one after the other. */
const flowCases: readonly Explained[] = [
  {
    strategy: "order-flow",
    time: "2026-02-15T19:00:00Z",
    because: "takers sold three and a half deviations more than usual over five candles, below the day's average price",
    reason: "short: takers push, delta score -3.51",
    check: pushed(-3.51),
  },
  {
    strategy: "order-flow",
    time: "2026-02-25T15:00:00Z",
    because: "takers bought four and a half deviations more than usual, above the day's average price",
    reason: "long: takers push, delta score 4.58",
    check: pushed(4.58),
  },
  {
    strategy: "order-flow",
    time: "2026-02-13T00:00:00Z",
    because: "at a zone the low of 65118 undercut the one at 66670.45 while takers had bought on balance in between",
    reason: "long: price made a new extreme at a zone, the taker flow did not",
    check: diverged(66_670.45, 65_118),
  },
  {
    strategy: "order-flow",
    time: "2026-02-16T22:00:00Z",
    because: "at a zone the low of 67294.11 undercut the one at 68143.22 while takers had bought 823 BTC more than they sold",
    reason: "long: price made a new extreme at a zone, the taker flow did not",
    check: diverged(68_143.22, 67_294.11),
  },
  {
    strategy: "order-flow",
    time: "2026-03-25T17:00:00Z",
    because: "at a zone the high of 72026.09 passed the one at 71400 while takers had sold 356 BTC more than they bought",
    reason: "short: price made a new extreme at a zone, the taker flow did not",
    check: diverged(71_400, 72_026.09),
  },
];

const firstIndex = 20_000;
const seen = new Map<Explained, Seen>();
const recorded = recordedCandles("futures-15m/BTCUSDT.csv.gz")?.slice(firstIndex);
const hours = recordedCandles("spot-1h-taker/BTCUSDT.csv.gz");

function follow(
  candles: readonly Candle[],
  wanted: readonly Explained[],
  timeOf: (index: number) => number,
  needs: readonly string[],
): void {
  const asked = strategies.filter(({ name }) => needs.includes(name));
  const engine = createEngine("BTCUSDT", [...new Set(asked.flatMap((strategy) => strategy.needs))]);
  const last = Math.max(...wanted.map(({ time }) => Date.parse(time)));
  for (let index = 0; index < candles.length && timeOf(index) <= last; index++) {
    engine.update(candles[index]!);
    for (const one of wanted) if (Date.parse(one.time) === timeOf(index)) keep(one, candles.slice(0, index + 1), engine.view);
  }
}

function keep(one: Explained, candles: readonly Candle[], view: SymbolView): void {
  const strategy = strategyNamed(one.strategy)!;
  const signal = strategy.evaluate(view, strategy.parameters.parse({}));
  if (signal === undefined) return;
  const valueArea = view.detectors.includes("volumeProfile") ? ([view.profile.val, view.profile.vah] as const) : ([0, 0] as const);
  seen.set(one, { candles, last: candles.at(-1)!, signal, sign: signOf(signal.direction), atr: view.atr14, valueArea });
}

beforeAll(() => {
  if (recorded !== undefined)
    follow(recorded, cases, (index) => recorded[index]!.openTimeMs, [...new Set(cases.map(({ strategy }) => strategy))]);
  if (hours === undefined) return;
  const relabelled = hours.map((candle, index) => ({ ...candle, openTimeMs: Date.UTC(2026, 0, 1) + index * 900_000 }));
  follow(relabelled, flowCases, (index) => hours[index]!.openTimeMs, ["order-flow"]);
}, 60_000);

describe.each([
  ["recorded BTCUSDT candles", cases, recorded] as const,
  ["recorded BTCUSDT candles with taker flow", flowCases, hours] as const,
])("on %s", (_, explained, candles) => {
  for (const one of explained) {
    it(`${one.strategy} speaks at ${one.time}: ${one.because}`, ({ skip }) => {
      if (candles === undefined) return skip("the optional recorded candles are absent");
      const found = seen.get(one);
      if (found === undefined) throw new Error("no signal at that close");
      expect(found.signal.reasons[0]).toBe(one.reason);
      expect(found.signal.entryPrice).toBe(found.last.close);
      expect(found.atr).toBeCloseTo(atrsOf(found.candles).at(-1)!, 5);
      expect(closesOf(found.candles).at(-1)).toBe(found.signal.entryPrice);
      one.check(found);
    });
  }
});
