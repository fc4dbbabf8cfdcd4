import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { seededCandles } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { handMadeView, valuesOf } from "../hand-made-view.ts";
import { mirroredView } from "../mirrored-view.ts";
import { forEachWarmView } from "../warm-views.ts";
import { channelBreakout } from "./channel-breakout.ts";

const parameters = channelBreakout.parameters.parse({});

describe("the strategy of docs/own-strategy.md", () => {
  it("is shown in the page exactly as it is compiled here", () => {
    const page = readFileSync(resolve(import.meta.dirname, "../../../../docs/own-strategy.md"), "utf8");
    const code = readFileSync(resolve(import.meta.dirname, "channel-breakout.ts"), "utf8");
    expect(page).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
    expect(code.trim().split("\n").length).toBeLessThanOrEqual(40);
  });

  it("buys a close 0.4 ATR beyond the channel on twice the usual volume: points 4 + 3 + 2", () => {
    const view = handMadeView([[100, 101.4, 99.9, 101.4, 200]], {
      regime: { name: "squeeze", direction: 0, candles: 5 },
      atr14: 1,
      donchian: { upper: 101, lower: 98 },
      volumeMedian20: 100,
    });
    const signal = channelBreakout.evaluate(view, parameters)!;
    expect(valuesOf(signal.components)).toEqual({ breakout: 0.8, candle: 1, volume: 1 });
    expect([signal.direction, signal.score]).toEqual(["long", 9]);
    expect(channelBreakout.evaluate(mirroredView(view, 100), parameters)!.direction).toBe("short");
  });

  it("speaks on generated candles, and otherwise says what was missing first", () => {
    const unmet = new Set<string | undefined>();
    let signals = 0;
    forEachWarmView(channelBreakout, seededCandles({ seed: 51, count: 4000 }), (view) => {
      const opinion = channelBreakout.explain(view, parameters);
      if (opinion.signal !== undefined) signals++;
      unmet.add(opinion.long.unmet?.name);
    });
    expect(signals).toBeGreaterThan(5);
    expect([...unmet].sort()).toEqual(["breakout", "regime", "score", undefined]);
  });
});
