import type { SymbolView, ZoneView } from "@winiswin/analysis";
import { failed, succeeded } from "@winiswin/domain/result";
import { numberText } from "../grade.ts";
import { priceText } from "../ict-smc/reasons.ts";
import { type Setup, scoredStrategy } from "../scored-strategy.ts";
import { structureStop, targetAt } from "../structure-stop.ts";
import { supportAt } from "../supporting-zone.ts";
import { candlePattern } from "./candle-pattern.ts";
import {
  closePosition,
  emaFan,
  higherTimeframes,
  points,
  retestDepth,
  touchFreshness,
  volatileRegime,
  volumeConfirmation,
  vwapDistance,
  vwapSide,
  zoneReaction,
  zoneStrength,
} from "./components.ts";
import { actionPriceParameters } from "./parameters.ts";

interface Visit extends Setup {
  readonly zone: ZoneView;
}

/** The near edge of the next zone in the direction that lies at least this far away, NaN without one. */
function nextZone(view: SymbolView, sign: 1 | -1, leastDistance: number): number {
  const { close } = view.candle;
  let nearest = Number.POSITIVE_INFINITY;
  for (const zone of view.zones) {
    const distance = ((sign === 1 ? zone.bottom : zone.top) - close) * sign;
    if (distance >= leastDistance && distance < nearest) nearest = distance;
  }
  return nearest === Number.POSITIVE_INFINITY ? Number.NaN : close + sign * nearest;
}

/** A visit to a zone that holds for the direction, graded by zone, anchored VWAP and price action in eleven components. */
export const actionPrice = scoredStrategy({
  name: "action-price",
  title: "Action Price",
  needs: ["atr", "ema", "zones", "anchoredVwap", "donchian", "volumeMedian", "regime", "trend1h", "trend4h"],
  parameters: actionPriceParameters,
  points,

  findSetup(view, sign, given) {
    const zone = supportAt(view, sign, given.nearZoneAtr);
    if (zone === undefined) {
      const needed = `an unbroken ${sign === 1 ? "support" : "resistance"} zone within ${given.nearZoneAtr} ATR`;
      return failed({ name: "zone", needed, actual: "none" });
    }
    if ((view.candle.close - view.candle.open) * sign <= 0) {
      return failed({ name: "turn", needed: "a candle that closes in the direction", actual: "closed against it" });
    }
    const stop = structureStop(view, sign, sign === 1 ? zone.bottom : zone.top, given);
    if (!stop.ok) return stop;
    const entryPrice = view.candle.close;
    const stopPercent = (100 * Math.abs(entryPrice - stop.value)) / entryPrice;
    if (stopPercent > given.widestStopPercent) {
      return failed({ name: "stop", needed: `at most ${given.widestStopPercent} % away`, actual: `${numberText(stopPercent)} %` });
    }
    const firstTargetPrice = targetAt(entryPrice, stop.value, given.firstTargetMultiple);
    const next = nextZone(view, sign, (firstTargetPrice - entryPrice) * sign);
    const targetPrice = Number.isNaN(next) ? targetAt(entryPrice, stop.value, given.targetMultiple) : next;
    const reason = `visit to the ${sign === 1 ? "support" : "resistance"} zone ${priceText(zone.bottom)} to ${priceText(zone.top)}`;
    const setup: Visit = { reason, stopPrice: stop.value, targetPrice, firstTargetPrice, zone };
    return succeeded(setup);
  },

  grade(view, sign, { zone }) {
    return {
      zoneStrength: zoneStrength(zone),
      zoneReaction: zoneReaction(zone),
      touchFreshness: touchFreshness(view, zone),
      vwapSide: vwapSide(view, sign),
      vwapDistance: vwapDistance(view, sign),
      emaFan: emaFan(view, sign),
      closePosition: closePosition(view, sign),
      candlePattern: candlePattern(view, sign),
      volume: volumeConfirmation(view),
      retestDepth: retestDepth(view, sign, zone),
      higherTimeframes: higherTimeframes(view, sign),
      volatileRegime: volatileRegime(view),
    };
  },

  remark: (score, given) => (score >= given.strongScore ? "a strong signal" : "a standard signal"),
});
