/**
 * One direction of a state transfer: a writer records what it is given and hands it back, a reader ignores it and hands back what was
 * recorded. A detector lists its state once, in one method, so that saving and restoring cannot drift apart.
 */
export interface StateStream {
  number(value: number): number;
  flag(value: boolean): boolean;
  /** Transfers the whole array in place; its length is fixed by the detector and not part of the state. */
  numbers(values: Float64Array | Int32Array): void;
  /** Transfers a list of varying length in place. */
  list<Item extends Transferable>(items: Item[], create: () => Item): void;
}

export interface Transferable {
  transfer(stream: StateStream): void;
}

/** Records state as float64 words, integers and flags included. */
export class StateWriter implements StateStream {
  private words = new Float64Array(4096);
  private length = 0;

  number(value: number): number {
    if (this.length === this.words.length) this.grow(1);
    // One bit pattern for every NaN, so that equal states are equal bytes.
    this.words[this.length++] = Number.isNaN(value) ? Number.NaN : value;
    return value;
  }

  flag(value: boolean): boolean {
    this.number(value ? 1 : 0);
    return value;
  }

  numbers(values: Float64Array | Int32Array): void {
    if (this.length + values.length > this.words.length) this.grow(values.length);
    const words = this.words;
    let at = this.length;
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!;
      words[at++] = Number.isNaN(value) ? Number.NaN : value;
    }
    this.length = at;
  }

  list<Item extends Transferable>(items: Item[]): void {
    this.number(items.length);
    for (const item of items) item.transfer(this);
  }

  finish(): Float64Array {
    return this.words.subarray(0, this.length);
  }

  private grow(needed: number): void {
    const grown = new Float64Array(Math.max(this.words.length * 2, this.length + needed));
    grown.set(this.words);
    this.words = grown;
  }
}

/** Gives recorded state back in the order in which it was written; throws when asked for more than there is. */
export class StateReader implements StateStream {
  private readonly words: Float64Array;
  private position = 0;

  constructor(words: Float64Array) {
    this.words = words;
  }

  number(): number {
    if (this.position >= this.words.length) throw new RangeError("the recorded state ends too early");
    return this.words[this.position++]!;
  }

  flag(): boolean {
    return this.number() !== 0;
  }

  numbers(values: Float64Array | Int32Array): void {
    if (this.position + values.length > this.words.length) throw new RangeError("the recorded state ends too early");
    values.set(this.words.subarray(this.position, this.position + values.length));
    this.position += values.length;
  }

  list<Item extends Transferable>(items: Item[], create: () => Item): void {
    const count = this.number();
    if (!Number.isInteger(count) || count < 0 || count > this.words.length) throw new RangeError(`a recorded list has ${count} items`);
    items.length = 0;
    for (let index = 0; index < count; index++) {
      const item = create();
      item.transfer(this);
      items.push(item);
    }
  }

  /** Whether every recorded word was read. */
  isExhausted(): boolean {
    return this.position === this.words.length;
  }
}
