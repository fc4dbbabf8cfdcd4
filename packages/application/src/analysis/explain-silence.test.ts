import { cycleIdOf } from "@winiswin/domain/cycle";
import { shardOf } from "@winiswin/domain/universe";
import { ictSmc, strategyNamed } from "@winiswin/strategies";
import { inMemoryEngineStore } from "@winiswin/testkit";
import { seededCandles } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { withDefaultParameters } from "./configured-strategy.ts";
import { engineFactory } from "./engine-factory.ts";
import { explainSilence } from "./explain-silence.ts";

const engines = engineFactory(withDefaultParameters([ictSmc]));
const candles = seededCandles({ seed: 7, count: 900 });
const cycleId = cycleIdOf(candles.at(-1)!.openTimeMs + 900_000);
const symbol = "BTCUSDT";

async function savedIn(shardCount: number) {
  const engineStore = inMemoryEngineStore();
  const engine = engines.create(symbol);
  for (const candle of candles) engine.update(candle);
  await engineStore.save(shardOf(symbol, shardCount), shardCount, { cycleId, bytes: engines.save([engine]) });
  return { engineStore, engine };
}

describe("why there was no signal", () => {
  it.each([16, 3])("is what the strategies say of the engine as it was saved, with %i shards", async (shardCount) => {
    const { engineStore, engine } = await savedIn(shardCount);

    const explained = await explainSilence(cycleId, symbol, { engineStore, engines, shardCount: 3 });

    expect(explained).toEqual({ ok: true, value: [ictSmc.explain(engine.view, ictSmc.parameters.parse({}))] });
    expect(explained.ok && explained.value[0]?.long.components.length).toBeGreaterThan(0);
  });

  it("cannot be told any more once the engine has gone on", async () => {
    const { engineStore } = await savedIn(4);
    const before = cycleIdOf(candles.at(-1)!.openTimeMs);

    expect(await explainSilence(before, symbol, { engineStore, engines, shardCount: 4 })).toEqual({
      ok: false,
      failure: `the engine of ${symbol} stands at ${cycleId} and its former states are not kept`,
    });
  });

  it("cannot be told of what is not analysed", async () => {
    const { engineStore } = await savedIn(1);
    const empty = inMemoryEngineStore();

    expect(await explainSilence(cycleId, "XUSDT", { engineStore, engines, shardCount: 1 })).toMatchObject({
      ok: false,
      failure: expect.stringContaining("XUSDT is not among the analysed symbols"),
    });
    expect(await explainSilence(cycleId, symbol, { engineStore: empty, engines, shardCount: 1 })).toMatchObject({
      ok: false,
      failure: expect.stringContaining("no state of BTCUSDT is stored"),
    });
  });

  it("cannot be told by other strategies than those that ran", async () => {
    const { engineStore } = await savedIn(2);
    const others = engineFactory(withDefaultParameters([strategyNamed("rsi")!]));

    expect(await explainSilence(cycleId, symbol, { engineStore, engines: others, shardCount: 2 })).toMatchObject({
      ok: false,
      failure: expect.stringContaining("its engine was saved by other settings or another version"),
    });
  });
});
