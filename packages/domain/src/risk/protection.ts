import type { OrderIntent } from "../order.ts";
import type { RiskContext } from "./risk-context.ts";
import type { RefusalCode } from "./risk-verdict.ts";

/** One rule of the risk review: pure, with a code of its own. */
export interface Protection {
  readonly code: RefusalCode;
  /** One sentence with the figure and its limit when the order must not be sent; undefined when this rule has nothing against it. */
  reasonAgainst(intent: OrderIntent, context: RiskContext): string | undefined;
}
