import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { StateStream } from "../state-stream.ts";
import type { Swings } from "../structure/swings.ts";
import { LevelBook, levelKinds } from "./level-book.ts";

const heldSwings = 16;
const swingKind = levelKinds.indexOf("swing");

/** Sweeps of the 15m swing levels, once per level. */
export class Sweeps {
  /** Of swing highs: against a long. */
  readonly ofHighs = new LevelBook(1, heldSwings);
  /** Of swing lows: against a short. */
  readonly ofLows = new LevelBook(-1, heldSwings);

  update(candles: CandleRing, swings: Swings, atr: number, log: EventLog): void {
    this.ofHighs.update(candles, atr, log);
    this.ofLows.update(candles, atr, log);
    if (swings.highs.changed) this.ofHighs.add(swingKind, swings.highs.price, swings.highs.bar);
    if (swings.lows.changed) this.ofLows.add(swingKind, swings.lows.price, swings.lows.bar);
  }

  transfer(stream: StateStream): void {
    this.ofHighs.transfer(stream);
    this.ofLows.transfer(stream);
  }
}
