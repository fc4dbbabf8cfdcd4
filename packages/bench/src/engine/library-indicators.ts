import type { Candle } from "@winiswin/domain/candle";
import { ADX, ATR, BollingerBands, EMA, MACD, RSI } from "technicalindicators";
import { measured } from "./fold.ts";

/** Seconds of one core that `technicalindicators` takes, as streams, for RSI, MACD, EMA 50 and 200, ATR, ADX and Bollinger alone. */
export function librarySeconds(candles: readonly Candle[]): number {
  const rsi = new RSI({ period: 14, values: [] });
  const macd = new MACD({ values: [], fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, SimpleMAOscillator: false, SimpleMASignal: false });
  const fast = new EMA({ period: 50, values: [] });
  const slow = new EMA({ period: 200, values: [] });
  const atr = new ATR({ period: 14, high: [], low: [], close: [] });
  const adx = new ADX({ period: 14, high: [], low: [], close: [] });
  const bands = new BollingerBands({ period: 20, stdDev: 2, values: [] });
  return measured(() => {
    for (const { high, low, close } of candles) {
      rsi.nextValue(close);
      macd.nextValue(close);
      fast.nextValue(close);
      slow.nextValue(close);
      // The declared types ask for whole candles; the code reads these three.
      atr.nextValue({ high, low, close } as unknown as Parameters<typeof atr.nextValue>[0]);
      adx.nextValue({ high, low, close } as unknown as Parameters<typeof adx.nextValue>[0]);
      bands.nextValue(close);
    }
  }).seconds;
}
