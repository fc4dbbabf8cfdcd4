import type { CandleRing } from "../candle-ring.ts";
import type { EngineEventKind, EventLog } from "../event.ts";
import type { StateStream, Transferable } from "../state-stream.ts";

/** A price range that something left behind; a live object of the engine, valid until the next update. */
export interface PriceAreaView {
  /** 1 when it supports a long (price rose from it), -1 when it supports a short. */
  readonly sign: 1 | -1;
  /** Bar number of the candle that it is about. */
  readonly bar: number;
  /** Bar number of the close that made it known. */
  readonly formedBar: number;
  readonly top: number;
  readonly bottom: number;
  /** Bar number of the first touch, -1 before. */
  readonly touchedBar: number;
  /** Bar number at which price first reached its middle (a mitigated block, a half filled gap), -1 before. */
  readonly middleBar: number;
}

export class PriceArea implements PriceAreaView, Transferable {
  sign: 1 | -1 = 1;
  bar = -1;
  formedBar = -1;
  top = Number.NaN;
  bottom = Number.NaN;
  touchedBar = -1;
  middleBar = -1;

  transfer(stream: StateStream): void {
    this.sign = stream.number(this.sign) as 1 | -1;
    this.bar = stream.number(this.bar);
    this.formedBar = stream.number(this.formedBar);
    this.top = stream.number(this.top);
    this.bottom = stream.number(this.bottom);
    this.touchedBar = stream.number(this.touchedBar);
    this.middleBar = stream.number(this.middleBar);
  }
}

/** The events of an area's life, and whether a wick through its far edge ends it or only a close beyond. */
export interface AreaLife {
  readonly formed: EngineEventKind;
  readonly touched: EngineEventKind;
  readonly middle: EngineEventKind;
  readonly ended: EngineEventKind;
  readonly expired: EngineEventKind;
  readonly endsBy: "wick" | "close";
}

const livesBars = 200;
const heldAreas = 32;

/** Areas of one kind from their formation to their end, oldest first; the oldest gives way when there are too many. */
export class PriceAreas {
  readonly areas: PriceArea[] = [];
  private readonly life: AreaLife;
  private readonly endsByWick: boolean;
  /** A candle that stays between these prices and closes before this bar changes nothing. */
  private quietAbove = Number.NEGATIVE_INFINITY;
  private quietBelow = Number.POSITIVE_INFINITY;
  private quietUntilBar = Number.POSITIVE_INFINITY;

  constructor(life: AreaLife) {
    this.life = life;
    this.endsByWick = life.endsBy === "wick";
  }

  add(sign: 1 | -1, bar: number, formedBar: number, top: number, bottom: number, candles: CandleRing, log: EventLog): void {
    if (this.areas.length === heldAreas) this.record(this.life.expired, this.areas.shift()!, candles, log);
    const area = new PriceArea();
    area.sign = sign;
    area.bar = bar;
    area.formedBar = formedBar;
    area.top = top;
    area.bottom = bottom;
    this.areas.push(area);
    this.disturb(area);
    this.record(this.life.formed, area, candles, log);
  }

  /** Folds one candle into every area; those that it ended are added to `ended`. */
  age(candles: CandleRing, log: EventLog, ended?: PriceArea[]): void {
    const { areas } = this;
    const { bar } = candles;
    const at = bar & candles.mask;
    if (bar < this.quietUntilBar && candles.low[at]! > this.quietAbove && candles.high[at]! < this.quietBelow) return;
    this.quietAbove = Number.NEGATIVE_INFINITY;
    this.quietBelow = Number.POSITIVE_INFINITY;
    this.quietUntilBar = Number.POSITIVE_INFINITY;
    let kept = 0;
    for (let index = 0; index < areas.length; index++) {
      const area = areas[index]!;
      if (this.reaches(area, candles, log)) {
        this.record(this.life.ended, area, candles, log);
        ended?.push(area);
      } else if (bar - area.formedBar >= livesBars) {
        this.record(this.life.expired, area, candles, log);
      } else {
        if (kept !== index) areas[kept] = area;
        kept++;
        this.disturb(area);
      }
    }
    if (kept !== areas.length) areas.length = kept;
  }

  private disturb(area: PriceArea): void {
    if (area.sign === 1) this.quietAbove = Math.max(this.quietAbove, area.top);
    else this.quietBelow = Math.min(this.quietBelow, area.bottom);
    this.quietUntilBar = Math.min(this.quietUntilBar, area.formedBar + livesBars);
  }

  /** Notes touch and middle; true when the candle ended the area. */
  private reaches(area: PriceArea, candles: CandleRing, log: EventLog): boolean {
    const { sign } = area;
    const at = candles.bar & candles.mask;
    const reach = sign === 1 ? candles.low[at]! : -candles.high[at]!;
    const near = sign === 1 ? area.top : -area.bottom;
    if (reach > near) return false;
    if (area.touchedBar < 0) {
      area.touchedBar = candles.bar;
      this.record(this.life.touched, area, candles, log);
    }
    if (area.middleBar < 0 && reach <= ((area.top + area.bottom) / 2) * sign) {
      area.middleBar = candles.bar;
      this.record(this.life.middle, area, candles, log);
    }
    const far = sign === 1 ? area.bottom : -area.top;
    return this.endsByWick ? reach <= far : candles.close[at]! * sign < far;
  }

  private record(kind: EngineEventKind, area: PriceArea, candles: CandleRing, log: EventLog): void {
    log.record(kind, candles.timeframe, area.sign, area.bar * candles.durationMs, area.top, area.bottom);
  }

  transfer(stream: StateStream): void {
    stream.list(this.areas, () => new PriceArea());
    // Looking once where nothing happens changes nothing.
    this.quietUntilBar = 0;
  }
}
