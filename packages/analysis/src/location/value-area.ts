const valueShare = 0.7;

/** Pairs of rows on one side in a profile of 1024 bins, and the empty beginning. */
const mostPairs = 513;

/**
 * The bins around the POC that hold 70 % of the volume, grown by the larger of the two-row pairs above and below (equals go up) until they do.
 *
 * Growing takes a pair as soon as the least one on the way to it is the larger of both sides. So whether it comes by two borders can be told
 * by the least pair within each and by the next one beyond; and those of the former candle are mostly still right, or nearly so.
 */
export class ValueArea {
  /** Lowest and highest bin. */
  low = 0;
  high = -1;
  private bins: Float64Array = new Float64Array(0);
  private start = 0;
  private lowest = 0;
  private highest = 0;
  /** How many pairs of rows there are on either side, and how many are taken. */
  private pairsAbove = 0;
  private pairsBelow = 0;
  private above = 0;
  private below = 0;
  private inside = Number.NaN;
  /** The least of the first pairs on either side, by their number. */
  private readonly leastAbove = new Float64Array(mostPairs).fill(Number.POSITIVE_INFINITY);
  private readonly leastBelow = new Float64Array(mostPairs).fill(Number.POSITIVE_INFINITY);

  /** For bins that hold `units` in all, whole numbers, none of them outside `lowest` and `highest`. */
  find(bins: Float64Array, lowest: number, highest: number, start: number, units: number): void {
    this.bins = bins;
    this.start = start;
    this.lowest = lowest;
    this.highest = highest;
    this.pairsAbove = (highest - start + 1) >> 1;
    this.pairsBelow = (start - lowest + 1) >> 1;
    this.takeFormer();
    this.giveBackEarly();
    const wanted = units * valueShare;
    this.shrink(wanted);
    this.grow(wanted);
    this.high = Math.min(start + 2 * this.above, highest);
    this.low = Math.max(start - 2 * this.below, lowest);
  }

  /** Takes as many pairs as lie within the former borders. */
  private takeFormer(): void {
    const { bins, start, highest, lowest, leastAbove, leastBelow } = this;
    const above = Math.min(this.pairsAbove, Math.max(0, this.high - start + 1) >> 1);
    const below = Math.min(this.pairsBelow, Math.max(0, start - this.low + 1) >> 1);
    let inside = bins[start]!;
    let least = Number.POSITIVE_INFINITY;
    for (let pair = 1, bin = start + 2; pair <= above; pair++, bin += 2) {
      const sum = bin > highest ? bins[bin - 1]! : bins[bin - 1]! + bins[bin]!;
      inside += sum;
      if (sum < least) least = sum;
      leastAbove[pair] = least;
    }
    least = Number.POSITIVE_INFINITY;
    for (let pair = 1, bin = start - 2; pair <= below; pair++, bin -= 2) {
      const sum = bin < lowest ? bins[bin + 1]! : bins[bin + 1]! + bins[bin]!;
      inside += sum;
      if (sum < least) least = sum;
      leastBelow[pair] = least;
    }
    this.above = above;
    this.below = below;
    this.inside = inside;
  }

  /** Gives back what growing would not have taken before the next pair of the other side; never both sides give something back. */
  private giveBackEarly(): void {
    const nextBelow = Math.min(this.leastBelow[this.below]!, this.pairBelow(this.below + 1));
    while (this.above > 0 && this.leastAbove[this.above]! < nextBelow) this.inside -= this.pairAbove(this.above--);
    const nextAbove = Math.min(this.leastAbove[this.above]!, this.pairAbove(this.above + 1));
    while (this.below > 0 && this.leastBelow[this.below]! <= nextAbove) this.inside -= this.pairBelow(this.below--);
  }

  /** Gives back the pairs taken last while the rest is enough. */
  private shrink(wanted: number): void {
    while (this.above > 0 || this.below > 0) {
      const isLastAbove = this.leastAbove[this.above]! < this.leastBelow[this.below]!;
      const last = isLastAbove ? this.pairAbove(this.above) : this.pairBelow(this.below);
      if (this.inside - last < wanted) return;
      this.inside -= last;
      if (isLastAbove) this.above--;
      else this.below--;
    }
  }

  private grow(wanted: number): void {
    while (this.inside < wanted && (this.above < this.pairsAbove || this.below < this.pairsBelow)) {
      const above = this.pairAbove(this.above + 1);
      const below = this.pairBelow(this.below + 1);
      if (above >= below) {
        this.above++;
        this.inside += above;
      } else {
        this.below++;
        this.inside += below;
      }
    }
  }

  /** Volume of a pair of rows, of which the last may be a single one; -1 beyond it. */
  private pairAbove(pair: number): number {
    if (pair > this.pairsAbove) return -1;
    const bin = this.start + 2 * pair;
    return bin > this.highest ? this.bins[bin - 1]! : this.bins[bin - 1]! + this.bins[bin]!;
  }

  private pairBelow(pair: number): number {
    if (pair > this.pairsBelow) return -1;
    const bin = this.start - 2 * pair;
    return bin < this.lowest ? this.bins[bin + 1]! : this.bins[bin + 1]! + this.bins[bin]!;
  }
}
