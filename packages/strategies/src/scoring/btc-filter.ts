import { type Direction, signOf } from "@winiswin/domain/direction";
import type { BtcFacts } from "./facts.ts";
import type { ScoreModifier, ScoreRefusal } from "./modifier.ts";

const shockAtr = 1.5;

interface Aimed {
  readonly symbol: string;
  readonly direction: Direction;
}

/** An altcoin against BTC's 1h trend loses 1. */
export function btcTrend(signal: Aimed, btc: BtcFacts | undefined): ScoreModifier {
  const name = "BTC trend";
  if (btc === undefined) return { name, points: 0, reason: "BTC's trend is unknown" };
  if (signal.symbol === btc.symbol) return { name, points: 0, reason: "this is BTC itself" };
  if (btc.trend1h === 0) return { name, points: 0, reason: "BTC has no 1h trend" };
  const isAgainst = btc.trend1h === -signOf(signal.direction);
  return {
    name,
    points: isAgainst ? -1 : 0,
    reason: `${isAgainst ? "against" : "with"} BTC's 1h trend ${btc.trend1h === 1 ? "up" : "down"}`,
  };
}

/** An altcoin against a BTC move of more than 1.5 ATR in the last 4 candles is out. */
export function btcShock(signal: Aimed, btc: BtcFacts | undefined): ScoreRefusal | undefined {
  if (btc === undefined || signal.symbol === btc.symbol) return undefined;
  if (btc.moveAtr * -signOf(signal.direction) <= shockAtr) return undefined;
  return { code: "BTC_SHOCK", reason: `BTC moved ${btc.moveAtr.toFixed(1)} ATR in 4 candles, against a ${signal.direction}` };
}
