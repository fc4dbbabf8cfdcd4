import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { initialMarginOf } from "./account-health.ts";
import type { ExchangeCore } from "./exchange-core.ts";
import { refusals } from "./exchange-refusal.ts";
import { unrealizedPnl } from "./position.ts";
import type { MarginChangeRecord } from "./records.ts";

const zero = decimal("0");

/** Puts margin to an isolated position (1) or takes it away (2), never below what it needs; throws a refusal. */
export function changePositionMargin(
  exchange: ExchangeCore,
  symbol: string,
  type: MarginChangeRecord["type"],
  amount: DecimalValue,
  nowMs: number,
): void {
  const { state, execution } = exchange;
  const instrument = exchange.instrument(symbol);
  if (amount.lte(zero)) throw refusals.amountNotPositive();
  if (state.settingOf(symbol).marginType !== "ISOLATED") throw refusals.isolatedOnly();
  const position = state.positions.get(symbol);
  if (position === undefined) throw refusals.noPositionForMargin();
  const wallet = decimal(position.isolatedWallet);
  if (type === 1 && amount.gt(exchange.figures(nowMs).availableBalance)) throw refusals.crossBalance();
  if (type === 2) {
    const mark = exchange.market.markPrice(instrument, nowMs);
    const open = unrealizedPnl(position, mark);
    const margin = open.lt(zero) ? wallet.plus(open) : wallet;
    if (amount.gt(margin.minus(initialMarginOf(state, position, mark)))) throw refusals.isolatedBalance();
  }
  const isolatedWallet = (type === 1 ? wallet.plus(amount) : wallet.minus(amount)).toFixed();
  state.record({ kind: "position", record: { ...position, isolatedWallet, updateTimeMs: nowMs } });
  const record: MarginChangeRecord = { id: state.marginChanges.length + 1, symbol, type, amount: amount.toFixed(), timeMs: nowMs };
  state.record({ kind: "marginChange", record });
  execution.tellAccount("MARGIN_TRANSFER", [symbol], nowMs);
}
