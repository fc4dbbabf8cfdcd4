import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import type { ExchangeState } from "./exchange-state.ts";
import { maintenanceMargin } from "./leverage-bracket.ts";
import { openOrderMargin } from "./order-margin.ts";
import { roundUsdt, unrealizedPnl } from "./position.ts";
import type { PositionRecord } from "./records.ts";

const zero = decimal("0");

/** The mark price of a symbol now, as float64 for watching or as money for books. */
export type MarkOf = (symbol: string) => number;

/**
 * The first position that must be liquidated at these mark prices, if any.
 *
 * Isolated: isolated wallet + unrealised PnL below its maintenance margin. Cross: the cross wallet and all cross PnL together below the
 * sum of cross maintenance margins; then the position with the largest loss goes first. Float64: it decides when, never how much.
 */
export function positionToLiquidate(
  state: ExchangeState,
  instrumentOf: (symbol: string) => SimulatedInstrument,
  markOf: MarkOf,
): PositionRecord | undefined {
  let crossBalance = Number(state.account.walletBalance);
  let crossMaintenance = 0;
  let worst: PositionRecord | undefined;
  let worstPnl = Number.POSITIVE_INFINITY;
  for (const position of state.positions.values()) {
    const quantity = Number(position.quantity);
    const notional = Math.abs(quantity) * markOf(position.symbol);
    const pnl = Math.sign(quantity) * (notional - Number(position.entryCost));
    const maintenance = maintenanceMargin(instrumentOf(position.symbol), notional);
    const isolatedWallet = Number(position.isolatedWallet);
    if (state.settingOf(position.symbol).marginType === "ISOLATED") {
      if (isolatedWallet + pnl <= maintenance) return position;
      crossBalance -= isolatedWallet;
      continue;
    }
    crossBalance += pnl;
    crossMaintenance += maintenance;
    if (pnl < worstPnl) {
      worstPnl = pnl;
      worst = position;
    }
  }
  return worst !== undefined && crossBalance <= crossMaintenance ? worst : undefined;
}

/** Margin figures of the whole account, in USDT. */
export interface AccountFigures {
  readonly walletBalance: DecimalValue;
  readonly crossWalletBalance: DecimalValue;
  readonly crossUnrealizedPnl: DecimalValue;
  readonly unrealizedPnl: DecimalValue;
  readonly positionInitialMargin: DecimalValue;
  readonly openOrderInitialMargin: DecimalValue;
  readonly maintenanceMargin: DecimalValue;
  readonly crossMaintenanceMargin: DecimalValue;
  /** What new orders may use; never below zero. */
  readonly availableBalance: DecimalValue;
}

/** Initial margin of one position at its mark notional. */
export const initialMarginOf = (state: ExchangeState, position: PositionRecord, mark: DecimalValue): DecimalValue =>
  roundUsdt(
    decimal(position.quantity)
      .abs()
      .times(mark)
      .div(decimal(String(state.settingOf(position.symbol).leverage))),
  );

export const maintenanceMarginOf = (instrument: SimulatedInstrument, position: PositionRecord, mark: DecimalValue): DecimalValue => {
  const notional = decimal(position.quantity).abs().times(mark);
  return decimal(maintenanceMargin(instrument, Number(notional.toFixed())).toFixed(8));
};

export function accountFigures(
  state: ExchangeState,
  instrumentOf: (symbol: string) => SimulatedInstrument,
  markOf: (symbol: string) => DecimalValue,
): AccountFigures {
  const walletBalance = decimal(state.account.walletBalance);
  let isolated = zero;
  let crossPnl = zero;
  let pnl = zero;
  let initial = zero;
  let crossInitial = zero;
  let maintenance = zero;
  let crossMaintenance = zero;
  for (const position of state.positions.values()) {
    const mark = markOf(position.symbol);
    const positionPnl = unrealizedPnl(position, mark);
    const positionInitial = initialMarginOf(state, position, mark);
    pnl = pnl.plus(positionPnl);
    initial = initial.plus(positionInitial);
    const positionMaintenance = maintenanceMarginOf(instrumentOf(position.symbol), position, mark);
    maintenance = maintenance.plus(positionMaintenance);
    if (state.settingOf(position.symbol).marginType === "ISOLATED") {
      isolated = isolated.plus(decimal(position.isolatedWallet));
    } else {
      crossPnl = crossPnl.plus(positionPnl);
      crossInitial = crossInitial.plus(positionInitial);
      crossMaintenance = crossMaintenance.plus(positionMaintenance);
    }
  }
  const openOrders = openOrderMargin(state, markOf);
  const crossWalletBalance = walletBalance.minus(isolated);
  const available = crossWalletBalance.plus(crossPnl).minus(crossInitial).minus(openOrders);
  return {
    walletBalance,
    crossWalletBalance,
    crossUnrealizedPnl: crossPnl,
    unrealizedPnl: pnl,
    positionInitialMargin: initial,
    openOrderInitialMargin: openOrders,
    maintenanceMargin: maintenance,
    crossMaintenanceMargin: crossMaintenance,
    availableBalance: available.gt(zero) ? available : zero,
  };
}
