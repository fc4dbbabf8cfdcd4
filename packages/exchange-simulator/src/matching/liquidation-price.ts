import { decimal } from "@winiswin/domain/decimal";
import type { ExchangeCore } from "./exchange-core.ts";
import { bracketsOf, maintenanceMargin } from "./leverage-bracket.ts";
import type { PositionRecord } from "./records.ts";

/**
 * The mark price at which the position would be liquidated if nothing else changed, as decimal text; "0" when there is none.
 *
 * LP = (WB - TMM + UPNL + cum - s x q x EP) / (q x (MMR - s)), Binance FAQ b3c689c1: isolated WB is the isolated wallet; cross WB is the
 * cross wallet, less the maintenance and plus the profit of the other cross positions. Solved in the bracket that the price falls into.
 */
export function liquidationPrice(exchange: ExchangeCore, position: PositionRecord, nowMs: number): string {
  const signed = Number(position.quantity);
  if (signed === 0) return "0";
  const { state, market } = exchange;
  const instrument = exchange.instrument(position.symbol);
  let balance = Number(position.isolatedWallet);
  if (state.settingOf(position.symbol).marginType === "CROSSED") {
    balance = Number(state.account.walletBalance);
    for (const other of state.positions.values()) {
      balance -= Number(other.isolatedWallet);
      if (other.symbol === position.symbol || state.settingOf(other.symbol).marginType === "ISOLATED") continue;
      const otherInstrument = exchange.instrument(other.symbol);
      const quantity = Number(other.quantity);
      const notional = Math.abs(quantity) * market.path.markPrice(otherInstrument, nowMs);
      balance += Math.sign(quantity) * (notional - Number(other.entryCost)) - maintenanceMargin(otherInstrument, notional);
    }
  }
  const sign = Math.sign(signed);
  const quantity = Math.abs(signed);
  for (const bracket of bracketsOf(instrument)) {
    const price = (balance + bracket.cum - sign * Number(position.entryCost)) / (quantity * (bracket.maintMarginRatio - sign));
    const notional = price * quantity;
    if (notional >= bracket.notionalFloor && notional < bracket.notionalCap) return price > 0 ? decimal(price.toFixed(8)).toFixed() : "0";
  }
  return "0";
}
