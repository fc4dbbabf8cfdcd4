import type { StateStream } from "../state-stream.ts";

const summedCandles = 5;
const scoredSums = 100;

/** How unusual the taker delta of the last 5 candles is: its z-score among the last 100 such sums; NaN while the flow is unknown. */
export class DeltaScore {
  /** Sum of the last 5 deltas, base asset. */
  sum = Number.NaN;
  value = Number.NaN;
  private readonly deltas = new Float64Array(summedCandles);
  private readonly sums = new Float64Array(scoredSums);
  private nextDelta = 0;
  private nextSum = 0;
  private knownDeltas = 0;
  private knownSums = 0;
  private total = 0;
  private totalOfSquares = 0;

  update(delta: number): void {
    if (Number.isNaN(delta)) {
      if (this.knownDeltas > 0) this.forget();
      return;
    }
    this.deltas[this.nextDelta] = delta;
    this.nextDelta = (this.nextDelta + 1) % summedCandles;
    if (this.knownDeltas < summedCandles && ++this.knownDeltas < summedCandles) return;
    const deltas = this.deltas;
    const sum = deltas[0]! + deltas[1]! + deltas[2]! + deltas[3]! + deltas[4]!;
    this.sum = sum;
    this.replaceSum(sum);
    if (this.knownSums < scoredSums) return;
    const mean = this.total / scoredSums;
    const variance = this.totalOfSquares / scoredSums - mean * mean;
    // Below the rounding of the running sums there is no spread to measure by.
    this.value = variance > 1e-9 * mean * mean && variance > 0 ? (sum - mean) / Math.sqrt(variance) : 0;
  }

  private replaceSum(sum: number): void {
    const { sums } = this;
    const leaving = this.knownSums === scoredSums ? sums[this.nextSum]! : 0;
    sums[this.nextSum] = sum;
    this.total += sum - leaving;
    this.totalOfSquares += sum * sum - leaving * leaving;
    if (this.knownSums < scoredSums) this.knownSums++;
    if (++this.nextSum < scoredSums) return;
    this.nextSum = 0;
    // Made anew at each turn, so that rounding never piles up.
    this.total = 0;
    this.totalOfSquares = 0;
    for (let index = 0; index < scoredSums; index++) {
      this.total += sums[index]!;
      this.totalOfSquares += sums[index]! * sums[index]!;
    }
  }

  private forget(): void {
    this.sum = Number.NaN;
    this.value = Number.NaN;
    this.nextDelta = 0;
    this.nextSum = 0;
    this.knownDeltas = 0;
    this.knownSums = 0;
    this.total = 0;
    this.totalOfSquares = 0;
  }

  transfer(stream: StateStream): void {
    this.sum = stream.number(this.sum);
    this.value = stream.number(this.value);
    stream.numbers(this.deltas);
    stream.numbers(this.sums);
    this.nextDelta = stream.number(this.nextDelta);
    this.nextSum = stream.number(this.nextSum);
    this.knownDeltas = stream.number(this.knownDeltas);
    this.knownSums = stream.number(this.knownSums);
    this.total = stream.number(this.total);
    this.totalOfSquares = stream.number(this.totalOfSquares);
  }
}
