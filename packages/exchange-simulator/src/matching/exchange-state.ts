import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type {
  AccountRecord,
  AlgoOrderRecord,
  AmendmentRecord,
  CountdownRecord,
  FundingDueRecord,
  IncomeRecord,
  MarginChangeRecord,
  OrderRecord,
  PositionRecord,
  SettingRecord,
  TradeRecord,
  WatchRecord,
} from "./records.ts";

/** One thing that changed, as it is stored; later changes of the same kind and key replace earlier ones. */
export type StateChange =
  | { readonly kind: "account"; readonly record: AccountRecord }
  | { readonly kind: "order"; readonly record: OrderRecord }
  | { readonly kind: "algoOrder"; readonly record: AlgoOrderRecord }
  | { readonly kind: "position"; readonly record: PositionRecord }
  | { readonly kind: "setting"; readonly record: SettingRecord }
  | { readonly kind: "trade"; readonly record: TradeRecord }
  | { readonly kind: "income"; readonly record: IncomeRecord }
  | { readonly kind: "countdown"; readonly record: CountdownRecord }
  | { readonly kind: "marginChange"; readonly record: MarginChangeRecord }
  | { readonly kind: "amendment"; readonly record: AmendmentRecord }
  | { readonly kind: "watch"; readonly record: WatchRecord }
  | { readonly kind: "fundingDue"; readonly record: FundingDueRecord };

/** The whole state of the exchange's one account, with the list of what changed since it was last written down. */
export class ExchangeState {
  account: AccountRecord = { walletBalance: "0", processedMs: 0, nextOrder: 1, nextAlgo: 1, nextTrade: 1, nextTransfer: 1 };
  readonly orders = new Map<string, OrderRecord>();
  readonly algoOrders = new Map<string, AlgoOrderRecord>();
  readonly openOrders = new Map<string, OrderRecord>();
  readonly openAlgoOrders = new Map<string, AlgoOrderRecord>();
  /** Only those that are open. */
  readonly positions = new Map<string, PositionRecord>();
  readonly settings = new Map<string, SettingRecord>();
  readonly trades: TradeRecord[] = [];
  readonly incomes: IncomeRecord[] = [];
  /** Only those that run. */
  readonly countdowns = new Map<string, CountdownRecord>();
  readonly marginChanges: MarginChangeRecord[] = [];
  readonly amendments: AmendmentRecord[] = [];
  /** Live markets only: what was last seen of a contract. */
  readonly watches = new Map<string, WatchRecord>();
  /** Live markets only: payments whose rate is not known yet. */
  readonly fundingDues = new Map<string, FundingDueRecord>();
  private readonly realized = new Map<string, DecimalValue>();
  private changes = new Map<string, StateChange>();

  record(change: StateChange): void {
    this.apply(change);
    this.changes.set(keyOf(change), change);
  }

  /** Takes over a stored change; does not count as changed. */
  apply(change: StateChange): void {
    switch (change.kind) {
      case "account":
        this.account = change.record;
        return;
      case "order":
        this.orders.set(change.record.orderId, change.record);
        if (change.record.status === "NEW" || change.record.status === "PARTIALLY_FILLED") {
          this.openOrders.set(change.record.orderId, change.record);
        } else this.openOrders.delete(change.record.orderId);
        return;
      case "algoOrder":
        this.algoOrders.set(change.record.algoId, change.record);
        if (change.record.status === "NEW") this.openAlgoOrders.set(change.record.algoId, change.record);
        else this.openAlgoOrders.delete(change.record.algoId);
        return;
      case "position":
        if (change.record.quantity === "0") this.positions.delete(change.record.symbol);
        else this.positions.set(change.record.symbol, change.record);
        return;
      case "setting":
        this.settings.set(change.record.symbol, change.record);
        return;
      case "trade":
        this.trades.push(change.record);
        this.addRealized(change.record);
        return;
      case "income":
        this.incomes.push(change.record);
        return;
      case "countdown":
        if (change.record.atMs === 0) this.countdowns.delete(change.record.symbol);
        else this.countdowns.set(change.record.symbol, change.record);
        return;
      case "marginChange":
        this.marginChanges.push(change.record);
        return;
      case "amendment":
        this.amendments.push(change.record);
        return;
      case "watch":
        this.watches.set(change.record.symbol, change.record);
        return;
      case "fundingDue":
        if (change.record.settled) this.fundingDues.delete(keyOf(change));
        else this.fundingDues.set(keyOf(change), change.record);
        return;
    }
  }

  /** Whether more has changed than how far time was matched. */
  get hasNews(): boolean {
    for (const { kind } of this.changes.values()) if (kind !== "watch" && kind !== "account") return true;
    return false;
  }

  /** What changed since the last call. */
  takeChanges(): readonly StateChange[] {
    const taken = [...this.changes.values()];
    this.changes = new Map();
    return taken;
  }

  /** The shortest list of changes that makes this state from nothing. */
  everything(): readonly StateChange[] {
    return [
      { kind: "account", record: this.account },
      ...Array.from(this.settings.values(), (record) => ({ kind: "setting", record }) as const),
      ...Array.from(this.orders.values(), (record) => ({ kind: "order", record }) as const),
      ...Array.from(this.algoOrders.values(), (record) => ({ kind: "algoOrder", record }) as const),
      ...Array.from(this.positions.values(), (record) => ({ kind: "position", record }) as const),
      ...this.trades.map((record) => ({ kind: "trade", record }) as const),
      ...this.incomes.map((record) => ({ kind: "income", record }) as const),
      ...Array.from(this.countdowns.values(), (record) => ({ kind: "countdown", record }) as const),
      ...this.marginChanges.map((record) => ({ kind: "marginChange", record }) as const),
      ...this.amendments.map((record) => ({ kind: "amendment", record }) as const),
      ...Array.from(this.watches.values(), (record) => ({ kind: "watch", record }) as const),
      ...Array.from(this.fundingDues.values(), (record) => ({ kind: "fundingDue", record }) as const),
    ];
  }

  /** What trading of a contract has realised over the account's whole life, before fees. */
  realizedOf(symbol: string): string {
    return this.realized.get(symbol)?.toFixed() ?? "0";
  }

  private addRealized({ symbol, realizedPnl }: TradeRecord): void {
    if (realizedPnl === "0") return;
    const before = this.realized.get(symbol);
    this.realized.set(symbol, before === undefined ? decimal(realizedPnl) : before.plus(decimal(realizedPnl)));
  }

  settingOf(symbol: string): SettingRecord {
    return this.settings.get(symbol) ?? { symbol, leverage: 20, marginType: "CROSSED" };
  }
}

function keyOf(change: StateChange): string {
  switch (change.kind) {
    case "account":
      return "account";
    case "order":
      return `order ${change.record.orderId}`;
    case "algoOrder":
      return `algoOrder ${change.record.algoId}`;
    case "position":
    case "setting":
    case "countdown":
    case "watch":
      return `${change.kind} ${change.record.symbol}`;
    case "fundingDue":
      return `fundingDue ${change.record.symbol} ${change.record.timeMs}`;
    case "marginChange":
      return `marginChange ${change.record.id}`;
    case "amendment":
      return `amendment ${change.record.id}`;
    case "trade":
      return `trade ${change.record.id}`;
    case "income":
      return `income ${change.record.tranId}`;
  }
}

/** Contracts with a position or an open order, in order. */
export function activeSymbols(state: ExchangeState): readonly string[] {
  const symbols = new Set(state.positions.keys());
  for (const order of state.openOrders.values()) symbols.add(order.symbol);
  for (const algo of state.openAlgoOrders.values()) symbols.add(algo.symbol);
  return [...symbols].sort();
}
