import type { Engine } from "@winiswin/analysis";
import { withDefaultParameters } from "@winiswin/application/analysis/configured-strategy";
import { engineFactory } from "@winiswin/application/analysis/engine-factory";
import { fetchCandles } from "@winiswin/application/analysis/fetch-candles";
import { foldCandles } from "@winiswin/application/analysis/fold-candles";
import { heldViews } from "@winiswin/application/analysis/held-views";
import type { Position } from "@winiswin/domain/position";
import { ictSmc } from "@winiswin/strategies";
import { FakeMarket, steppedClock } from "@winiswin/testkit";
import { anOpenPosition } from "@winiswin/testkit/positions";
import { describe, expect, it } from "vitest";

const startMs = Date.UTC(2026, 0, 1);
const closeTimeMs = startMs + 600 * 900_000;
const strategies = withDefaultParameters([ictSmc]);

async function readyEngines(): Promise<readonly Engine[]> {
  const marketData = new FakeMarket(["AAAUSDT", "BBBUSDT"], startMs, 600);
  const factory = engineFactory(strategies);
  const engines = new Map<string, Engine>();
  const symbols = ["AAAUSDT", "BBBUSDT"];
  const clock = steppedClock(closeTimeMs + 2_000);
  const fetched = await fetchCandles({ symbols, engines, closeTimeMs, shardCount: 1, clock, marketData, factory });
  return foldCandles(fetched, engines, closeTimeMs, factory).ready;
}

const seenOf = async (...positions: readonly Position[]) =>
  heldViews(await readyEngines(), strategies, { positions: { open: async () => positions }, bot: "main" });

describe("the view of a held position", () => {
  it("has the close, the volatility, the swing it leans on and what its strategy thinks of its direction now", async () => {
    const engine = (await readyEngines()).find(({ symbol }) => symbol === "AAAUSDT")!;
    const { view } = engine;
    const [seen, ...others] = await seenOf(anOpenPosition("AAAUSDT"));
    expect(others).toEqual([]);
    expect(seen).toMatchObject({
      symbol: "AAAUSDT",
      direction: "long",
      closePrice: view.candle.close,
      atr: view.atr14,
      swingPrice: view.structure.swingLow.price,
      confidence: ictSmc.explain(view, ictSmc.parameters.parse({})).long.confidence,
    });
    expect(seen?.atr).toBeGreaterThan(0);
  });

  it("tells when a change of character against it was confirmed, and of none in its favour", async () => {
    const { view } = (await readyEngines()).find(({ symbol }) => symbol === "AAAUSDT")!;
    const against = { long: view.structure.lastBreakDown, short: view.structure.lastBreakUp };
    const short = { ...anOpenPosition("AAAUSDT"), intent: { ...anOpenPosition("AAAUSDT").intent, direction: "short" as const } };
    const [long, mirrored] = [await seenOf(anOpenPosition("AAAUSDT")), await seenOf(short)];
    const timeOf = ({ kind, bar }: typeof against.long) => (kind === "choch" ? closeTimeMs - (view.bar - bar) * 900_000 : undefined);
    expect([long[0]?.changedAgainstAtMs, mirrored[0]?.changedAgainstAtMs]).toEqual([timeOf(against.long), timeOf(against.short)]);
    expect(mirrored[0]?.swingPrice).toBe(view.structure.swingHigh.price);
  });

  it("has no opinion of a strategy that is not asked any more, and is silent on other symbols and on what is being closed", async () => {
    expect(await seenOf({ ...anOpenPosition("AAAUSDT"), strategy: "gone" })).toMatchObject([{ confidence: undefined }]);
    const closing = { closeCause: "manual" as const, closeReason: "", closeRevision: 1 };
    expect(await seenOf(anOpenPosition("CCCUSDT"), { ...anOpenPosition("BBBUSDT"), ...closing, state: "closing" })).toEqual([]);
  });
});
