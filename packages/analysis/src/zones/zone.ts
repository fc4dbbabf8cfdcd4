import type { Timeframe } from "@winiswin/domain/timeframe";
import type { StateStream, Transferable } from "../state-stream.ts";

export type ZoneClass = "key" | "strong" | "normal" | "weak";

/** A support or resistance zone; a live object of the engine, valid until the next update. */
export interface ZoneView {
  readonly timeframe: Timeframe;
  readonly top: number;
  readonly bottom: number;
  readonly center: number;
  /** 1 support, -1 resistance: the side that price has held it from, turned by a flip. */
  readonly role: 1 | -1;
  /** Pivots that it is made of. */
  readonly pivots: number;
  /** Visits: its pivots at birth, and each time price came back after at least three bars outside. */
  readonly touches: number;
  /** Bar number (of its own timeframe) of the last touch or newest pivot. */
  readonly lastTouchBar: number;
  readonly formedBar: number;
  /** Mean move away from its pivots within 10 bars, in ATR. */
  readonly meanReaction: number;
  /** Closes from one side to the other in a single bar. */
  readonly closesThrough: number;
  /** How often its role was turned. */
  readonly flips: number;
  /** Broken, until a retest either turns its role or takes the break back. */
  readonly isBroken: boolean;
  /** How many zones of other timeframes it absorbed by overlap. */
  readonly absorbed: number;
  /** 0 to 100, as of the last time that the zones were read, with its class: see `zoneMerit` and `scoreOf`. */
  readonly score: number;
  readonly class: ZoneClass;
}

export class Zone implements ZoneView, Transferable {
  readonly timeframe: Timeframe;
  top = Number.NaN;
  bottom = Number.NaN;
  center = Number.NaN;
  role: 1 | -1 = 1;
  pivots = 0;
  touches = 0;
  lastTouchBar = -1;
  formedBar = -1;
  /** These five follow from the rest whenever the zones are read, so they are not part of the state. */
  meanReaction = Number.NaN;
  absorbed = 0;
  merit = Number.NaN;
  noise = 0;
  score = Number.NaN;
  closesThrough = 0;
  flips = 0;
  /** How many bars its timeframe had seen when one last lay at least partly inside, or when it began. */
  lastInside = 0;
  /** Closes in a row beyond by 0.25 ATR against its role. */
  closesBeyond = 0;
  /** Whether the first of these closes had its body through the edge. */
  bodyBroke = false;
  /** Bar from which a retest is awaited, -1 when it is not broken. */
  brokenBar = -1;

  constructor(timeframe: Timeframe) {
    this.timeframe = timeframe;
  }

  /** As new, from this bar on. */
  begin(bar: number, seen: number): void {
    this.touches = 0;
    this.lastTouchBar = -1;
    this.formedBar = bar;
    this.meanReaction = Number.NaN;
    this.absorbed = 0;
    this.closesThrough = 0;
    this.flips = 0;
    this.lastInside = seen;
    this.closesBeyond = 0;
    this.bodyBroke = false;
    this.brokenBar = -1;
  }

  get isBroken(): boolean {
    return this.brokenBar >= 0;
  }
  get class(): ZoneClass {
    const { score } = this;
    if (score >= 80) return "key";
    if (score >= 60) return "strong";
    return score >= 40 ? "normal" : "weak";
  }

  transfer(stream: StateStream): void {
    this.top = stream.number(this.top);
    this.bottom = stream.number(this.bottom);
    this.center = stream.number(this.center);
    this.role = stream.number(this.role) as 1 | -1;
    this.pivots = stream.number(this.pivots);
    this.touches = stream.number(this.touches);
    this.lastTouchBar = stream.number(this.lastTouchBar);
    this.formedBar = stream.number(this.formedBar);
    this.closesThrough = stream.number(this.closesThrough);
    this.flips = stream.number(this.flips);
    this.lastInside = stream.number(this.lastInside);
    this.closesBeyond = stream.number(this.closesBeyond);
    this.bodyBroke = stream.flag(this.bodyBroke);
    this.brokenBar = stream.number(this.brokenBar);
  }
}
