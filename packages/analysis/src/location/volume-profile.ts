import type { CandleRing } from "../candle-ring.ts";
import type { StateStream } from "../state-stream.ts";
import { PriceGrid } from "./price-grid.ts";
import { ProfileBins, type ProfileLevels } from "./profile-bins.ts";
import { barsPerDay } from "./volume-weighted-prices.ts";

const rollingCandles = 192;

/**
 * Traded volume by price: over the last 192 candles and over the UTC day, on one grid.
 *
 * The grid is chosen at the start of a day (bins of 0.1 ATR, at least a tick) and again when price leaves it. Volumes are counted in units of
 * a power of two small enough for every sum to be exact, so that adding and removing gives the very bins that counting anew would give.
 */
export class VolumeProfile {
  private readonly grid = new PriceGrid();
  private readonly rollingBins = new ProfileBins(PriceGrid.bins);
  private readonly dayBins = new ProfileBins(PriceGrid.bins);
  private rollingCount = 0;
  private dayStartBar = -1;
  private lastBar = -1;
  private lastClose = Number.NaN;
  /** Bar whose levels are held; they are found when somebody asks. */
  private foundBar = -1;

  update(candles: CandleRing, atr: number): void {
    const { bar, mask, low, high, volume } = candles;
    const at = bar & mask;
    const isNewDay = this.dayStartBar < 0 || Math.floor(bar / barsPerDay) !== Math.floor(this.dayStartBar / barsPerDay);
    if (isNewDay) this.dayStartBar = bar;
    this.lastBar = bar;
    this.lastClose = candles.close[at]!;
    const { grid } = this;
    if (isNewDay || candles.run === 1 || !grid.holds(low[at]!, high[at]!) || !grid.canCount(this.rollingBins.units, volume[at]!)) {
      this.rebuild(candles, atr);
      return;
    }
    const first = grid.binOf(low[at]!);
    const last = grid.binOf(high[at]!);
    const units = grid.unitsPerBin(first, last, volume[at]!);
    this.rollingBins.add(first, last, units);
    this.dayBins.add(first, last, units);
    if (this.rollingCount < rollingCandles) {
      this.rollingCount++;
      return;
    }
    const leaving = (bar - rollingCandles) & mask;
    const leavingFirst = grid.binOf(low[leaving]!);
    const leavingLast = grid.binOf(high[leaving]!);
    this.rollingBins.remove(leavingFirst, leavingLast, grid.unitsPerBin(leavingFirst, leavingLast, volume[leaving]!));
  }

  /** Over the last 192 candles. */
  get rolling(): ProfileLevels {
    this.find();
    return this.rollingBins;
  }

  /** Since the start of the UTC day, or of what was seen of it. */
  get day(): ProfileLevels {
    this.find();
    return this.dayBins;
  }

  /** Volume of the rolling profile by bin from the lowest traded one up, with the lower price of each: for charts and tests. */
  histogram(): { readonly price: number; readonly volume: number }[] {
    const bars = Array.from(this.rollingBins.bins, (units, bin) => ({
      price: this.grid.priceOf(bin),
      volume: units / this.grid.unitsPerVolume,
    }));
    const first = bars.findIndex(({ volume }) => volume > 0);
    return first < 0 ? [] : bars.slice(first, bars.findLastIndex(({ volume }) => volume > 0) + 1);
  }

  private find(): void {
    if (this.foundBar === this.lastBar) return;
    this.foundBar = this.lastBar;
    this.rollingBins.find(this.grid, this.lastClose);
    this.dayBins.find(this.grid, this.lastClose);
  }

  /** Counts both profiles anew on a grid around the present price. */
  private rebuild(candles: CandleRing, atr: number): void {
    const { grid, rollingBins, dayBins } = this;
    const { low, high, volume, mask } = candles;
    const count = Math.min(candles.run, rollingCandles);
    const firstBar = candles.bar - count + 1;
    grid.choose(candles, firstBar, atr);
    rollingBins.clear();
    dayBins.clear();
    this.rollingCount = count;
    for (let bar = firstBar; bar <= candles.bar; bar++) {
      const at = bar & mask;
      const first = grid.binOf(low[at]!);
      const last = grid.binOf(high[at]!);
      const units = grid.unitsPerBin(first, last, volume[at]!);
      rollingBins.addLater(first, last, units);
      if (bar >= this.dayStartBar) dayBins.addLater(first, last, units);
    }
    rollingBins.addUp();
    dayBins.addUp();
  }

  transfer(stream: StateStream): void {
    this.grid.transfer(stream);
    this.rollingBins.transfer(stream);
    this.dayBins.transfer(stream);
    this.rollingCount = stream.number(this.rollingCount);
    this.dayStartBar = stream.number(this.dayStartBar);
    this.lastBar = stream.number(this.lastBar);
    this.lastClose = stream.number(this.lastClose);
  }
}
