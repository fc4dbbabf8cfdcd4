/** Where times and prices lie on the drawing, in its own units from the upper left corner. */
export interface ChartScale {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Width of one candle's column. */
  readonly column: number;
  /** Left edge of the candle that opens at a time; times outside are drawn at the border. */
  x(timeMs: number): number;
  y(price: number): number;
  isVisible(price: number): boolean;
}

export interface ChartFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const barMs = 900_000;

/** A scale for candles from `firstMs` on and prices from `lowest` to `highest`, with a little air above and below. */
export function chartScale(frame: ChartFrame, firstMs: number, candles: number, lowest: number, highest: number): ChartScale {
  const { left, right, top, bottom } = frame;
  const air = (highest - lowest || highest * 0.01) * 0.04;
  const low = lowest - air;
  const high = highest + air;
  const column = (right - left) / candles;
  return {
    ...frame,
    column,
    x: (timeMs) => Math.min(right, Math.max(left, left + ((timeMs - firstMs) / barMs) * column)),
    y: (price) => bottom - ((price - low) / (high - low)) * (bottom - top),
    isVisible: (price) => price >= low && price <= high,
  };
}

/** Some five to ten round prices for the axis. */
export function axisPrices(lowest: number, highest: number): number[] {
  const rough = (highest - lowest) / 8;
  if (!(rough > 0)) return [lowest];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const prices: number[] = [];
  for (let price = Math.ceil(lowest / step) * step; price <= highest; price += step) prices.push(Number(price.toPrecision(10)));
  return prices;
}
