import { hashAt, normalAt, normalFrom, smoothNoise, uniformAt } from "./noise.ts";

const blockDays = 256;
const memory = 0.72;
const remembered = 10;
const regimeDays = 12;

/** One block of daily levels. */
interface Block {
  readonly levels: Float64Array;
}

/**
 * A daily log-level that can be read at any day in constant time.
 *
 * Levels at block boundaries (256 days) are a mean-reverting sum over the ten blocks before; days between are a random walk bridged to
 * the next boundary, with regimes of about twelve days (trend up, trend down, range, turbulence, squeeze) in drift and volatility.
 */
export class AnchorWalk {
  /** Log-deviation of one day. */
  readonly dailyDeviation: number;
  private readonly seed: number;
  private readonly levelDeviation: number;
  private readonly blocks = new Map<number, Block>();

  /** `levelDeviation` is the log-deviation of the level over years. */
  constructor(seed: number, dailyDeviation: number, levelDeviation: number) {
    this.seed = seed;
    this.dailyDeviation = dailyDeviation;
    this.levelDeviation = levelDeviation;
  }

  /** The log-level at the start of a UTC day. */
  levelAt(day: number): number {
    const block = Math.floor(day / blockDays);
    return this.block(block).levels[day - block * blockDays]!;
  }

  /** How turbulent a moment is, relative to the usual: continuous in time. */
  turbulenceAt(day: number): number {
    const slow = 0.28 * smoothNoise(this.seed ^ 0x51, day / 9) + 0.3 * smoothNoise(this.seed ^ 0x52, day / 1.7);
    return this.regimeTurbulence(day) * Math.exp(slow - 0.08);
  }

  private regimeTurbulence(day: number): number {
    const position = day / regimeDays + 0.35 * smoothNoise(this.seed ^ 0x53, day / 40);
    const from = Math.floor(position);
    const along = position - from;
    const here = regimeOf(this.seed, from).turbulence;
    // The last fifth of a regime leads over into the next, so that volatility has no cliffs.
    return along < 0.8 ? here : here + ((along - 0.8) / 0.2) * (regimeOf(this.seed, from + 1).turbulence - here);
  }

  private boundary(block: number): number {
    let level = 0;
    let weight = 1;
    for (let back = 0; back < remembered; back++) {
      level += weight * normalAt(this.seed ^ 0xb10c, block - back);
      weight *= memory;
    }
    return level * this.levelDeviation * Math.sqrt(1 - memory * memory);
  }

  private block(block: number): Block {
    const known = this.blocks.get(block);
    if (known !== undefined) return known;
    const levels = new Float64Array(blockDays);
    const variances = new Float64Array(blockDays);
    const start = this.boundary(block);
    let level = start;
    let variance = 0;
    for (let index = 0; index < blockDays; index++) {
      levels[index] = level;
      variances[index] = variance;
      const day = block * blockDays + index;
      const deviation = this.dailyDeviation * this.turbulenceAt(day + 0.5);
      const drift = regimeOf(this.seed, Math.floor(day / regimeDays)).drift * this.dailyDeviation;
      level += drift + deviation * normalFrom(hashAt(this.seed ^ 0xda1, day), 4);
      variance += deviation * deviation;
    }
    const miss = this.boundary(block + 1) - level;
    for (let index = 0; index < blockDays; index++) levels[index] = levels[index]! + (miss * variances[index]!) / variance;
    const made = { levels };
    this.blocks.set(block, made);
    // Years of history touch a handful; more means someone scans through centuries.
    if (this.blocks.size > 16) this.blocks.delete(this.blocks.keys().next().value!);
    return made;
  }
}

const regimes = [
  { share: 0.22, drift: 0.28, turbulence: 0.95 },
  { share: 0.42, drift: -0.28, turbulence: 1.05 },
  { share: 0.72, drift: 0, turbulence: 0.8 },
  { share: 0.86, drift: 0, turbulence: 1.7 },
  { share: 1, drift: 0, turbulence: 0.5 },
] as const;

function regimeOf(seed: number, index: number): { readonly drift: number; readonly turbulence: number } {
  const draw = uniformAt(seed ^ 0x4e6, index);
  return regimes.find((regime) => draw < regime.share) ?? regimes[4];
}
