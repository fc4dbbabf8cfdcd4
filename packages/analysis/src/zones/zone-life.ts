import type { CandleRing } from "../candle-ring.ts";
import type { EventLog } from "../event.ts";
import type { Zone } from "./zone.ts";
import { quietRole, type ZoneShapes } from "./zone-shapes.ts";

const barsOutsideForTouch = 3;
const breakInAtr = 0.25;
const closesToBreak = 2;
/** A body through the zone needs this many further closes beyond, and then no retest. */
const closesToConfirmBody = 2;

/** Follows zones through one closed bar of their timeframe. */
export function followZones(zones: readonly Zone[], shapes: ZoneShapes, candles: CandleRing, atr: number, log: EventLog): void {
  const { tops, bottoms, quietRoles } = shapes;
  const { bar, mask } = candles;
  const at = bar & mask;
  const low = candles.low[at]!;
  const high = candles.high[at]!;
  const previousClose = candles.run > 1 ? candles.close[(bar - 1) & mask]! : candles.close[at]!;
  for (let place = 0; place < zones.length; place++) {
    const role = quietRoles[place]!;
    // Most zones lie apart from the bar, quiet on the side that they are held from: nothing happens to them.
    if (role === 1 && low > tops[place]! && previousClose >= bottoms[place]!) continue;
    if (role === -1 && high < bottoms[place]! && previousClose <= tops[place]!) continue;
    followZone(zones[place]!, candles, atr, log);
    quietRoles[place] = quietRole(zones[place]!);
  }
}

/** Follows one zone through one closed bar of its timeframe: touch, break, retest, flip, closes through. */
export function followZone(zone: Zone, candles: CandleRing, atr: number, log: EventLog): void {
  const { bar, mask } = candles;
  const at = bar & mask;
  const close = candles.close[at]!;
  const previousClose = candles.run > 1 ? candles.close[(bar - 1) & mask]! : close;
  if (candles.low[at]! <= zone.top && candles.high[at]! >= zone.bottom) {
    if (candles.seen - 1 - zone.lastInside >= barsOutsideForTouch) {
      zone.touches++;
      zone.lastTouchBar = bar;
      record("zone.touched", zone, candles, log);
    }
    zone.lastInside = candles.seen;
  }
  if ((previousClose < zone.bottom && close > zone.top) || (previousClose > zone.top && close < zone.bottom)) zone.closesThrough++;
  if (zone.brokenBar >= 0) awaitRetest(zone, candles, log);
  else watchBreak(zone, candles, atr, previousClose, log);
}

/** Against the role, how far the close lies beyond the far edge. */
const beyond = (zone: Zone, price: number): number => (zone.role === 1 ? zone.bottom - price : price - zone.top);

function watchBreak(zone: Zone, candles: CandleRing, atr: number, previousClose: number, log: EventLog): void {
  const at = candles.bar & candles.mask;
  if (beyond(zone, candles.close[at]!) < breakInAtr * atr) {
    zone.closesBeyond = 0;
    return;
  }
  zone.closesBeyond++;
  if (zone.closesBeyond === 1) zone.bodyBroke = beyond(zone, candles.open[at]!) <= 0 && beyond(zone, previousClose) <= 0;
  if (zone.bodyBroke && zone.closesBeyond === 1 + closesToConfirmBody) {
    flip(zone, candles, log);
    return;
  }
  if (!zone.bodyBroke && zone.closesBeyond === closesToBreak) {
    zone.brokenBar = candles.bar;
    record("zone.broken", zone, candles, log);
  }
}

function awaitRetest(zone: Zone, candles: CandleRing, log: EventLog): void {
  const at = candles.bar & candles.mask;
  const reach = zone.role === 1 ? candles.high[at]! : candles.low[at]!;
  const side = beyond(zone, candles.close[at]!);
  // Closed back inside or on the old side: the break was false, the role stays.
  if (side <= 0) {
    endBreak(zone);
    return;
  }
  // The zone was reached from its far side and held there.
  if (beyond(zone, reach) <= 0) flip(zone, candles, log);
}

function flip(zone: Zone, candles: CandleRing, log: EventLog): void {
  zone.role = -zone.role as 1 | -1;
  zone.flips++;
  endBreak(zone);
  record("zone.flipped", zone, candles, log);
}

function endBreak(zone: Zone): void {
  zone.brokenBar = -1;
  zone.closesBeyond = 0;
  zone.bodyBroke = false;
}

export function record(
  kind: "zone.formed" | "zone.touched" | "zone.broken" | "zone.flipped" | "zone.removed",
  zone: Zone,
  candles: CandleRing,
  log: EventLog,
) {
  log.record(kind, candles.timeframe, zone.role, zone.formedBar * candles.durationMs, zone.top, zone.bottom);
}
