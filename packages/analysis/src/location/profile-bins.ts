import type { StateStream } from "../state-stream.ts";
import type { PriceGrid } from "./price-grid.ts";
import { ValueArea } from "./value-area.ts";

/** Where volume was traded: the POC is the centre of its bin, the value area ends at outer edges of bins. */
export interface ProfileLevels {
  /** Point of control: the price with the most volume. */
  readonly poc: number;
  /** Value area, 70 % of the volume. */
  readonly vah: number;
  readonly val: number;
}

/** Volume by price bin in whole units, and the levels that follow from it; without any volume all three are the last close. */
export class ProfileBins implements ProfileLevels {
  readonly bins: Float64Array;
  /** Sum of all bins. */
  units = 0;
  poc = Number.NaN;
  vah = Number.NaN;
  val = Number.NaN;
  /** Bins that may hold volume. */
  private lowest: number;
  private highest = -1;
  private most = 0;
  private mostBin = -1;
  /** Whether the fullest bin must be searched: it lost volume, or another one is as full. */
  private isMostStale = false;
  private readonly valueArea = new ValueArea();

  constructor(count: number) {
    this.bins = new Float64Array(count);
    this.lowest = count;
  }

  clear(): void {
    this.bins.fill(0);
    this.units = 0;
    this.lowest = this.bins.length;
    this.highest = -1;
    this.most = 0;
    this.mostBin = -1;
    this.isMostStale = false;
  }

  /** Adds units to each bin from `first` to `last`. */
  add(first: number, last: number, units: number): void {
    const { bins } = this;
    if (first < this.lowest) this.lowest = first;
    if (last > this.highest) this.highest = last;
    for (let bin = first; bin <= last; bin++) {
      const sum = bins[bin]! + units;
      bins[bin] = sum;
      if (sum > this.most) {
        this.most = sum;
        this.mostBin = bin;
        this.isMostStale = false;
      } else if (sum === this.most && bin !== this.mostBin) {
        this.isMostStale = true;
      }
    }
    this.units += units * (last - first + 1);
  }

  /** The same into cleared bins, in which nothing may be looked up before `addUp`. */
  addLater(first: number, last: number, units: number): void {
    const { bins } = this;
    if (first < this.lowest) this.lowest = first;
    if (last > this.highest) this.highest = last;
    bins[first]! += units;
    if (last + 1 < bins.length) bins[last + 1]! -= units;
    this.units += units * (last - first + 1);
  }

  /** Turns the steps between neighbours that `addLater` left into volumes. */
  addUp(): void {
    const { bins, highest } = this;
    for (let bin = this.lowest + 1; bin <= highest; bin++) bins[bin]! += bins[bin - 1]!;
    if (highest >= 0 && highest + 1 < bins.length) bins[highest + 1] = 0;
    this.expectSearch();
  }

  remove(first: number, last: number, units: number): void {
    const { bins } = this;
    for (let bin = first; bin <= last; bin++) bins[bin]! -= units;
    this.units -= units * (last - first + 1);
    if (first <= this.mostBin && this.mostBin <= last) this.isMostStale = true;
  }

  find(grid: PriceGrid, close: number): void {
    const { bins } = this;
    if (this.units === 0) {
      this.poc = close;
      this.vah = close;
      this.val = close;
      return;
    }
    while (bins[this.lowest] === 0) this.lowest++;
    while (bins[this.highest] === 0) this.highest--;
    if (this.isMostStale) this.searchMost();
    this.poc = (grid.priceOf(this.mostBin) + grid.priceOf(this.mostBin + 1)) / 2;
    this.valueArea.find(bins, this.lowest, this.highest, this.mostBin, this.units);
    this.vah = grid.priceOf(this.valueArea.high + 1);
    this.val = grid.priceOf(this.valueArea.low);
  }

  /** The fullest bin; of equals the one nearest the centre of the profile, then the lower one. */
  private searchMost(): void {
    const { bins, lowest, highest } = this;
    // Mostly the former one is still the fullest or nearly so, and then the others are passed over without being noted.
    const former = this.mostBin >= lowest && this.mostBin <= highest ? bins[this.mostBin]! : 0;
    let most = former;
    let bestBin = -1;
    let ties = 0;
    for (let bin = lowest; bin <= highest; bin++) {
      const units = bins[bin]!;
      if (units < most) continue;
      if (units === most && bestBin >= 0) {
        ties++;
        continue;
      }
      most = units;
      bestBin = bin;
      ties = 0;
    }
    if (ties > 0) {
      const centre = (lowest + highest) / 2;
      for (let bin = bestBin + 1; bin <= highest; bin++) {
        if (bins[bin] === most && Math.abs(bin - centre) < Math.abs(bestBin - centre)) bestBin = bin;
      }
    }
    this.most = most;
    this.mostBin = bestBin;
    // With a tie the answer depends on the centre, which the next candle may move.
    this.isMostStale = ties > 0;
  }

  /** Leaves the fullest bin to be searched, whatever is added before. */
  private expectSearch(): void {
    this.most = Number.POSITIVE_INFINITY;
    this.isMostStale = true;
  }

  transfer(stream: StateStream): void {
    stream.numbers(this.bins);
    this.units = stream.number(this.units);
    // What follows from the bins is found again, so that a state does not depend on whether somebody has read it.
    this.lowest = 0;
    this.highest = this.bins.length - 1;
    this.expectSearch();
  }
}
