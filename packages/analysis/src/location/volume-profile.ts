import type { CandleRing } from "../candle-ring.ts";
import type { StateStream } from "../state-stream.ts";
import { PriceGrid } from "./price-grid.ts";
import { type ProfileLevels, ProfileLevelsOf } from "./profile-levels.ts";
import { barsPerDay } from "./volume-weighted-prices.ts";

const rollingCandles = 192;

/**
 * Traded volume by price: over the last 192 candles and over the UTC day, on one grid.
 *
 * The grid is chosen at the start of a day (bins of 0.1 ATR, at least a tick) and again when price leaves it. Volumes are counted in units of
 * a power of two small enough for every sum to be exact, so that adding and subtracting gives the very bins that counting anew would give.
 */
export class VolumeProfile {
  private readonly grid = new PriceGrid();
  private readonly rollingBins = new Float64Array(PriceGrid.bins);
  private readonly dayBins = new Float64Array(PriceGrid.bins);
  private readonly rollingLevels = new ProfileLevelsOf();
  private readonly dayLevels = new ProfileLevelsOf();
  private rollingCount = 0;
  private rollingUnits = 0;
  private dayStartBar = -1;
  /** Bar whose levels are held; they are found when somebody asks. */
  private foundBar = -1;
  private lastBar = -1;

  update(candles: CandleRing, atr: number): void {
    const { bar, mask } = candles;
    const at = bar & mask;
    this.lastBar = bar;
    if (bar % barsPerDay === 0 || this.dayStartBar < 0 || candles.run === 1) {
      this.dayStartBar = bar % barsPerDay === 0 || this.dayStartBar < 0 || bar - this.dayStartBar >= barsPerDay ? bar : this.dayStartBar;
      this.rebuild(candles, atr);
      return;
    }
    const mustGrow = !this.grid.holds(candles.low[at]!, candles.high[at]!) || !this.grid.canCount(this.rollingUnits, candles.volume[at]!);
    if (mustGrow) {
      this.rebuild(candles, atr);
      return;
    }
    const { low, high, volume } = candles;
    this.rollingUnits += this.grid.spread(this.rollingBins, low[at]!, high[at]!, volume[at]!, 1);
    this.grid.spread(this.dayBins, low[at]!, high[at]!, volume[at]!, 1);
    if (this.rollingCount < rollingCandles) {
      this.rollingCount++;
      return;
    }
    const leaving = (bar - rollingCandles) & mask;
    this.rollingUnits += this.grid.spread(this.rollingBins, low[leaving]!, high[leaving]!, volume[leaving]!, -1);
  }

  /** Over the last 192 candles. */
  get rolling(): ProfileLevels {
    this.find();
    return this.rollingLevels;
  }

  /** Since the start of the UTC day. */
  get day(): ProfileLevels {
    this.find();
    return this.dayLevels;
  }

  /** Width of a bin in price units. */
  get binWidth(): number {
    return 1 / this.grid.binsPerPrice;
  }

  /** Volume of the rolling profile by bin, lowest first, with the lower price of each: for charts and tests. */
  rollingHistogram(): { readonly price: number; readonly volume: number }[] {
    const result: { price: number; volume: number }[] = [];
    for (let bin = this.grid.lowestBin; bin <= this.grid.highestBin; bin++) {
      const units = this.rollingBins[bin]!;
      if (units > 0 || result.length > 0) result.push({ price: this.grid.priceOf(bin), volume: units / this.grid.unitsPerVolume });
    }
    while (result.length > 0 && result.at(-1)!.volume === 0) result.pop();
    return result;
  }

  private find(): void {
    if (this.foundBar === this.lastBar) return;
    this.foundBar = this.lastBar;
    this.rollingLevels.find(this.rollingBins, this.grid);
    this.dayLevels.find(this.dayBins, this.grid);
  }

  /** Counts both profiles anew on a grid around the present price. */
  private rebuild(candles: CandleRing, atr: number): void {
    const count = Math.min(candles.run, rollingCandles);
    const firstBar = candles.bar - count + 1;
    this.grid.choose(candles, firstBar, atr);
    this.rollingBins.fill(0);
    this.dayBins.fill(0);
    this.rollingUnits = 0;
    this.rollingCount = count;
    const { low, high, volume, mask } = candles;
    for (let bar = firstBar; bar <= candles.bar; bar++) {
      const at = bar & mask;
      this.rollingUnits += this.grid.spread(this.rollingBins, low[at]!, high[at]!, volume[at]!, 1);
      if (bar >= this.dayStartBar) this.grid.spread(this.dayBins, low[at]!, high[at]!, volume[at]!, 1);
    }
  }

  transfer(stream: StateStream): void {
    this.grid.transfer(stream);
    stream.numbers(this.rollingBins);
    stream.numbers(this.dayBins);
    this.rollingCount = stream.number(this.rollingCount);
    this.rollingUnits = stream.number(this.rollingUnits);
    this.dayStartBar = stream.number(this.dayStartBar);
    this.lastBar = stream.number(this.lastBar);
  }
}
