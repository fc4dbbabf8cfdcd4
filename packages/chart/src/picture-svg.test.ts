import type { CandlePicture, EquityPicture } from "@winiswin/application/ports/picture";
import { seededCandles } from "@winiswin/testkit/candles";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createIllustrator } from "./illustrator.ts";
import { pictureSvg } from "./picture-svg.ts";
import { resvgRasterizer } from "./resvg-rasterizer.ts";
import { priceLabel, roundTicks, timeTicks } from "./scale.ts";

const startMs = Date.UTC(2026, 10, 20);
const candles = seededCandles({ seed: 3, count: 96, startMs });
const last = candles.at(-1)?.close ?? 1;

const aCandlePicture = (over: Partial<CandlePicture> = {}): CandlePicture => ({
  kind: "candles",
  title: "BTCUSDT 15m · paper",
  candles,
  levels: [
    { kind: "entry", price: last },
    { kind: "stop", price: last * 0.995 },
    { kind: "target", price: last * 1.01 },
  ],
  marks: [{ kind: "entry", atMs: startMs + 50 * 900_000, price: candles[50]?.close ?? 1, label: "long <1> & more" }],
  ...over,
});

const anEquityPicture = (equities: readonly number[]): EquityPicture => ({
  kind: "equity",
  title: "Equity in USDT · paper",
  points: equities.map((equity, index) => ({ atMs: startMs + index * 900_000, equity })),
});

const illustrator = createIllustrator(resvgRasterizer);
const header = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return { isPng: png[0] === 0x89 && png[1] === 0x50, width: view.getUint32(16), height: view.getUint32(20) };
};

describe("a picture", () => {
  test("of candles has each candle once, the levels by name and the marks, whatever their words hold", () => {
    const svg = pictureSvg(aCandlePicture());

    expect(svg.match(/<rect [^>]*stroke=/g)).toHaveLength(96);
    for (const word of ["entry", "stop", "target"]) expect(svg).toContain(`>${word} `);
    expect(svg).toContain("long &lt;1&gt; &amp; more");
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("names a level that is too far away instead of pressing the candles flat", () => {
    const svg = pictureSvg(aCandlePicture({ levels: [{ kind: "liquidation", price: last / 3 }] }));

    expect(svg).toContain("is outside of the picture");
  });

  test("of equity says its end, its change and its deepest fall", () => {
    expect(pictureSvg(anEquityPicture([1000, 1100, 990, 1050]))).toContain("1050.00 · +5.00 % · deepest fall 10.00 %");
  });

  test("is the same text every time, and never has a coordinate that is no number", () => {
    const anyCandle = fc
      .tuple(
        fc.double({ min: 1e-8, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
      )
      .map(([open, up, fall]) => ({ open, high: open * (1 + up), low: open * (1 - fall), close: open * (1 + up / 2 - fall / 2) }));
    fc.assert(
      fc.property(
        fc.array(anyCandle, { maxLength: 60 }),
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 60 }),
        (prices, equities) => {
          const drawn = prices.flatMap((price, index) => (candles[index] === undefined ? [] : [{ ...candles[index], ...price }]));
          for (const picture of [aCandlePicture({ candles: drawn }), anEquityPicture(equities)]) {
            const svg = pictureSvg(picture);
            expect(svg).not.toMatch(/NaN|undefined|Infinity/);
            expect(pictureSvg(picture)).toBe(svg);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("the PNG", () => {
  test.each([
    ["candles", aCandlePicture()],
    ["equity", anEquityPicture([1000, 1100, 990, 1050])],
    ["no candles", aCandlePicture({ candles: [] })],
    ["one point", anEquityPicture([5])],
  ])("of %s is 1200 by 600", async (_name, picture) => {
    expect(header(await illustrator.png(picture))).toEqual({ isPng: true, width: 1200, height: 600 });
  });

  test("has its text: without the words it is another picture, with words in a font that is missing it is the one without", async () => {
    const svg = pictureSvg(aCandlePicture());
    const wordless = svg.replace(/<text [^>]*>[^<]*<\/text>/g, "");

    const [withText, withoutText] = await Promise.all([resvgRasterizer.png(svg), resvgRasterizer.png(wordless)]);

    expect(Buffer.compare(withText, withoutText)).not.toBe(0);
    expect(withText.length).toBeGreaterThan(withoutText.length + 3000);
  });

  test("has every sign that our words use", async () => {
    const drawn = (sign: string) =>
      resvgRasterizer.png(
        `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" font-family="DejaVu Sans"><text x="10" y="30" font-size="24">${sign}</text></svg>`,
      );
    const box = await drawn("\u4e00");

    for (const sign of ["A", "z", "0", "9", "%", "+", "-", ".", "·", "—", "…", "×", "±", "→"])
      expect(Buffer.compare(await drawn(sign), box), sign).not.toBe(0);
  });
});

test.each([
  [0, 10, 5, [0, 2, 4, 6, 8, 10]],
  [0.00012, 0.00019, 4, [0.00012, 0.00014, 0.00016, 0.00018]],
  [5, 5, 4, [5]],
  [999_999, 999_999 + 2e-10, 4, [999_999]],
  [1e15, 1e15 + 0.125, 4, [1e15]],
])("round values from %d to %d", (low, high, about, ticks) => {
  expect(roundTicks(low, high, about).map((tick) => Number(tick.toPrecision(6)))).toEqual(ticks);
});

test("times are full hours, days by their date, and never too many", () => {
  expect(timeTicks(startMs - 3_600_000, startMs + 7_200_000, 10).map(({ label }) => label)).toEqual(["23:00", "11-20", "01:00", "02:00"]);
  for (const days of [1, 7, 14, 90, 900]) expect(timeTicks(startMs, startMs + days * 86_400_000, 10).length).toBeLessThanOrEqual(11);
});

test.each([
  [64_230.5, "64230.5"],
  [0.00001234567, "0.0000123457"],
  [1, "1"],
  [0, "0"],
])("the price %d is written %s", (price, written) => {
  expect(priceLabel(price)).toBe(written);
});
