import type { PriceGrid } from "./price-grid.ts";

/** Where volume was traded: prices are centres of bins for the POC, outer edges for the value area. */
export interface ProfileLevels {
  /** Point of control: the price with the most volume. */
  readonly poc: number;
  /** Value area, 70 % of the volume. */
  readonly vah: number;
  readonly val: number;
}

const valueShare = 0.7;

/** Finds the levels of a profile; without any volume all three are the middle of the traded prices. */
export class ProfileLevelsOf implements ProfileLevels {
  poc = Number.NaN;
  vah = Number.NaN;
  val = Number.NaN;

  find(bins: Float64Array, grid: PriceGrid): void {
    let first = grid.lowestBin;
    let last = grid.highestBin;
    while (first < last && bins[first] === 0) first++;
    while (last > first && bins[last] === 0) last--;
    let total = 0;
    let most = -1;
    let pocBin = first;
    const centre = (first + last) / 2;
    for (let bin = first; bin <= last; bin++) {
      const units = bins[bin]!;
      total += units;
      // Ties go to the bin nearest the centre, then to the lower one.
      if (units > most || (units === most && Math.abs(bin - centre) < Math.abs(pocBin - centre))) {
        most = units;
        pocBin = bin;
      }
    }
    if (total === 0) {
      const middle = (grid.priceOf(first) + grid.priceOf(last + 1)) / 2;
      this.poc = middle;
      this.vah = middle;
      this.val = middle;
      return;
    }
    this.poc = (grid.priceOf(pocBin) + grid.priceOf(pocBin + 1)) / 2;
    this.spreadFrom(pocBin, most, total * valueShare, bins, first, last, grid);
  }

  /** Adds the larger of the two-row pairs above and below until the share is reached; equals go up. */
  private spreadFrom(
    pocBin: number,
    pocUnits: number,
    wanted: number,
    bins: Float64Array,
    first: number,
    last: number,
    grid: PriceGrid,
  ): void {
    let low = pocBin;
    let high = pocBin;
    let inside = pocUnits;
    while (inside < wanted && (low > first || high < last)) {
      const above = (high + 1 <= last ? bins[high + 1]! : 0) + (high + 2 <= last ? bins[high + 2]! : 0);
      const below = (low - 1 >= first ? bins[low - 1]! : 0) + (low - 2 >= first ? bins[low - 2]! : 0);
      if (high < last && (above >= below || low === first)) {
        high = Math.min(high + 2, last);
        inside += above;
      } else {
        low = Math.max(low - 2, first);
        inside += below;
      }
    }
    this.vah = grid.priceOf(high + 1);
    this.val = grid.priceOf(low);
  }
}
