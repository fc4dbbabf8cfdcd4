export type { EntryHalt } from "./risk/entry-halt.ts";
export { protections, reviewOrder } from "./risk/review-order.ts";
export type { BookLevel, Exposure, OrderBook, RiskContext, RiskLimits } from "./risk/risk-context.ts";
export { concernsTheAccount, type Refusal, type RefusalCode, type RiskApproved, type RiskVerdict } from "./risk/risk-verdict.ts";
