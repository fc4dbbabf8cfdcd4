import type { ControlStore } from "@winiswin/application/ports/control-store";
import type { CycleStore } from "@winiswin/application/ports/cycle-store";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import type { PositionStore, TradeStore } from "@winiswin/application/ports/position-store";

/** What the running system has stored and what its exchange says, for whoever shows it. */
export interface Books {
  readonly cycles: Pick<CycleStore, "find" | "latest">;
  readonly positions: Pick<PositionStore, "open">;
  readonly trades: Pick<TradeStore, "latest">;
  readonly control: Pick<ControlStore, "halt">;
  /** Undefined without keys. */
  readonly gateway: Pick<OrderGateway, "balance" | "positions" | "openProtections"> | undefined;
}

/** The books of the system that this process has started; the wiring reads its links when it is loaded, so not before. */
export async function openBooks(): Promise<Books> {
  const [tables, { control }, exchange] = await Promise.all([
    import("@winiswin/functions/wiring/tables"),
    import("@winiswin/functions/wiring/control"),
    import("@winiswin/functions/wiring/exchange"),
  ]);
  return {
    cycles: tables.cycles(),
    positions: tables.positions(),
    trades: tables.trades(),
    control: control(),
    gateway: exchange.orderGateway(),
  };
}
