import type { AlgoOrderRecord, OrderRecord, PositionRecord, SettingRecord, TradeRecord } from "./records.ts";

/** What an order went through, in the words of ORDER_TRADE_UPDATE (`x`). */
export type OrderExecution = "NEW" | "TRADE" | "CANCELED" | "EXPIRED" | "AMENDMENT" | "CALCULATED";

/** Why the balance or a position changed, in the words of ACCOUNT_UPDATE (`m`). */
export type AccountChangeReason = "ORDER" | "FUNDING_FEE" | "DEPOSIT" | "INSURANCE_CLEAR" | "MARGIN_TRANSFER" | "MARGIN_TYPE_CHANGE";

/** A position as it stands after the change; quantity "0" when it is closed. */
export interface PositionUpdate {
  readonly position: PositionRecord;
  readonly marginType: SettingRecord["marginType"];
  /** USDT at the mark price of that instant. */
  readonly unrealizedPnl: string;
}

export type AccountEvent =
  /** ORDER_TRADE_UPDATE: `order` as it stands after it, `trade` of a fill only. */
  | {
      readonly kind: "order";
      readonly timeMs: number;
      readonly execution: OrderExecution;
      readonly order: OrderRecord;
      readonly trade: TradeRecord | undefined;
    }
  /** ALGO_UPDATE. */
  | { readonly kind: "algoOrder"; readonly timeMs: number; readonly algo: AlgoOrderRecord }
  /** ACCOUNT_UPDATE: balances in USDT; `balanceChange` is what came or went apart from trading (funding, transfer, clearance). */
  | {
      readonly kind: "account";
      readonly timeMs: number;
      readonly reason: AccountChangeReason;
      readonly walletBalance: string;
      readonly crossWalletBalance: string;
      readonly balanceChange: string;
      readonly positions: readonly PositionUpdate[];
    }
  /** MARGIN_CALL: margin has fallen near the maintenance margin; told once until it recovers. */
  | {
      readonly kind: "marginCall";
      readonly timeMs: number;
      readonly crossWalletBalance: string;
      readonly positions: readonly (PositionUpdate & { readonly markPrice: string; readonly maintenanceMargin: string })[];
    }
  /** ACCOUNT_CONFIG_UPDATE. */
  | { readonly kind: "leverage"; readonly timeMs: number; readonly symbol: string; readonly leverage: number }
  /** Everything up to here has been matched: the market's streams may show it. */
  | { readonly kind: "time"; readonly nowMs: number };

export type AccountListener = (event: AccountEvent) => void;

/** Tells what happens to the account, in order and at once; a restored state tells nothing. */
export class AccountEvents {
  private readonly listeners = new Set<AccountListener>();

  /** Returns what ends the subscription. */
  subscribe(listener: AccountListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get hasListeners(): boolean {
    return this.listeners.size > 0;
  }

  emit(event: AccountEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
