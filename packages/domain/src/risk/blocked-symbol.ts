import type { Protection } from "./protection.ts";
import { blockAgainst } from "./symbol-block.ts";

export const blockedSymbol: Protection = {
  code: "SYMBOL_BLOCKED",
  reasonAgainst({ symbol }, { symbolBlocks, strategy, nowMs }) {
    const block = blockAgainst(symbolBlocks, { symbol, strategy }, nowMs);
    if (block === undefined) return undefined;
    const until = block.untilMs === undefined ? "until it is lifted" : `until ${new Date(block.untilMs).toISOString()}`;
    return `${symbol} is blocked ${block.strategy === undefined ? "" : `for ${block.strategy} `}by ${block.by} ${until}: ${block.reason}`;
  },
};
