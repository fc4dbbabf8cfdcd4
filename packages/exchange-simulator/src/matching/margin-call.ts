import { decimal } from "@winiswin/domain/decimal";
import type { AccountEvent } from "./account-event.ts";
import { maintenanceMarginOf } from "./account-health.ts";
import type { ExchangeCore } from "./exchange-core.ts";
import type { PositionRecord } from "./records.ts";

/** Share of the margin that the maintenance margin must have reached. */
const alarmingShare = decimal("0.8");

/** Tells of margins that have nearly been used up, once each until they recover. */
export class MarginCalls {
  private readonly told = new Set<string>();

  /** Looks at the account as it stands; an isolated position is measured by its own wallet, cross positions together. */
  check(exchange: ExchangeCore, nowMs: number): void {
    const alarming = [...exchange.state.positions.values()].filter((position) => this.isAlarming(exchange, position, nowMs));
    const symbols = new Set(alarming.map(({ symbol }) => symbol));
    for (const symbol of this.told) if (!symbols.has(symbol)) this.told.delete(symbol);
    const news = alarming.filter(({ symbol }) => !this.told.has(symbol));
    if (news.length === 0) return;
    for (const { symbol } of news) this.told.add(symbol);
    exchange.events.emit(callFor(exchange, news, nowMs));
  }

  private isAlarming(exchange: ExchangeCore, position: PositionRecord, nowMs: number): boolean {
    const instrument = exchange.instrument(position.symbol);
    const mark = exchange.market.markPrice(instrument, nowMs);
    const update = exchange.execution.positionUpdate(position.symbol, nowMs);
    if (update.marginType === "ISOLATED") {
      const margin = decimal(position.isolatedWallet).plus(decimal(update.unrealizedPnl));
      return maintenanceMarginOf(instrument, position, mark).gte(margin.times(alarmingShare));
    }
    const figures = exchange.figures(nowMs);
    return figures.crossMaintenanceMargin.gte(figures.crossWalletBalance.plus(figures.crossUnrealizedPnl).times(alarmingShare));
  }
}

function callFor(exchange: ExchangeCore, positions: readonly PositionRecord[], nowMs: number): AccountEvent {
  return {
    kind: "marginCall",
    timeMs: nowMs,
    crossWalletBalance: exchange.figures(nowMs).crossWalletBalance.toFixed(),
    positions: positions.map((position) => {
      const instrument = exchange.instrument(position.symbol);
      const mark = exchange.market.markPrice(instrument, nowMs);
      return {
        ...exchange.execution.positionUpdate(position.symbol, nowMs),
        markPrice: mark.toFixed(),
        maintenanceMargin: maintenanceMarginOf(instrument, position, mark).toFixed(),
      };
    }),
  };
}
