import { decimal } from "@winiswin/domain/decimal";
import type { ExchangeCore } from "./exchange-core.ts";
import { refusals } from "./exchange-refusal.ts";
import { maxNotionalAt } from "./leverage-bracket.ts";

/** Sets a symbol's leverage and returns it; refuses more than its brackets allow and less than an open position bears. */
export function changeLeverage(exchange: ExchangeCore, symbol: string, wanted: string, nowMs: number): number {
  const instrument = exchange.instrument(symbol);
  const leverage = Number(wanted);
  if (!/^\d{1,3}$/.test(wanted) || leverage < 1 || leverage > instrument.maxLeverage) throw refusals.leverage(wanted);
  const setting = exchange.state.settingOf(symbol);
  const position = exchange.state.positions.get(symbol);
  if (position !== undefined) {
    if (setting.marginType === "ISOLATED" && leverage < setting.leverage) throw refusals.leverageReduction();
    const notional = decimal(position.quantity).abs().times(exchange.market.markPrice(instrument, nowMs));
    if (notional.gt(maxNotionalAt(instrument, leverage))) throw refusals.maxLeverageRatio();
    const more = notional.div(decimal(String(leverage))).minus(notional.div(decimal(String(setting.leverage))));
    if (setting.marginType === "CROSSED" && more.gt(exchange.figures(nowMs).availableBalance)) throw refusals.minLeverageRatio();
  }
  exchange.state.record({ kind: "setting", record: { ...setting, leverage } });
  exchange.events.emit({ kind: "leverage", timeMs: nowMs, symbol, leverage });
  return leverage;
}

/** Changes cross to isolated or back; refused while anything is open, and when there is nothing to change. */
export function changeMarginType(exchange: ExchangeCore, symbol: string, marginType: "CROSSED" | "ISOLATED", nowMs: number): void {
  const setting = exchange.state.settingOf(symbol);
  if (setting.marginType === marginType) throw refusals.marginTypeUnchanged();
  if (exchange.state.positions.has(symbol)) throw refusals.marginTypeWithPosition();
  const open = [...exchange.state.openOrders.values(), ...exchange.state.openAlgoOrders.values()];
  if (open.some((order) => order.symbol === symbol)) throw refusals.marginTypeWithOrders();
  exchange.state.record({ kind: "setting", record: { ...setting, marginType } });
  exchange.execution.tellAccount("MARGIN_TYPE_CHANGE", [symbol], nowMs);
}

/** The largest notional at the symbol's leverage, as the wire writes it. */
export const maxNotionalText = (exchange: ExchangeCore, symbol: string): string =>
  maxNotionalAt(exchange.instrument(symbol), exchange.state.settingOf(symbol).leverage).toFixed();
