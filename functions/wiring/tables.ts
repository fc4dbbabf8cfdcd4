import { createAccountFees } from "@winiswin/storage/account-fees";
import { createCycleStore } from "@winiswin/storage/cycle-store";
import { createDecisionStore } from "@winiswin/storage/decision-store";
import { createExchangeBudget } from "@winiswin/storage/exchange-budget";
import { createFeatureStore } from "@winiswin/storage/feature-store";
import { createOrderStore } from "@winiswin/storage/order-store";
import { createPositionStore } from "@winiswin/storage/position-store";
import { createSignalStore } from "@winiswin/storage/signal-store";
import { createTradeStore } from "@winiswin/storage/trade-store";
import { Resource } from "sst";
import { currentLogger } from "../clock.ts";
import { configuration } from "./configuration.ts";
import { table } from "./control.ts";
import { once } from "./once.ts";

export { confirmations, control } from "./control.ts";

export const cycles = once(() => createCycleStore(table(Resource.Cycles.name)));
export const decisions = once(() => createDecisionStore(table(Resource.Decisions.name)));
export const signals = once(() => createSignalStore(table(Resource.Signals.name)));
export const positions = once(() => createPositionStore(table(Resource.Positions.name)));
export const orders = once(() => createOrderStore(table(Resource.Orders.name)));
export const trades = once(() => createTradeStore(table(Resource.Trades.name), currentLogger()));
export const features = once(() => createFeatureStore(table(Resource.Features.name), () => configuration().dataset.keptDays));

export const accountFees = once(() => createAccountFees(table(Resource.Control.name)));

/** By the exchange's host: two exchanges count apart. */
export const exchangeBudget = (host: string) => createExchangeBudget(table(Resource.Control.name), host);
