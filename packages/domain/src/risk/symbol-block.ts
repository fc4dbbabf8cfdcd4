/** Entries on one symbol are refused: for every strategy, or for one. */
export interface SymbolBlock {
  readonly symbol: string;
  /** Undefined: every strategy. */
  readonly strategy: string | undefined;
  readonly reason: string;
  readonly by: string;
  readonly atMs: number;
  /** Undefined: until it is lifted. */
  readonly untilMs: number | undefined;
}

export const isInForce = (block: Pick<SymbolBlock, "untilMs">, nowMs: number): boolean =>
  block.untilMs === undefined || nowMs < block.untilMs;

/** The block that keeps a strategy out of a symbol now: the one for every strategy before the strategy's own. */
export function blockAgainst(
  blocks: readonly SymbolBlock[],
  { symbol, strategy }: { readonly symbol: string; readonly strategy: string },
  nowMs: number,
): SymbolBlock | undefined {
  const ofSymbol = blocks.filter((block) => block.symbol === symbol && isInForce(block, nowMs));
  return ofSymbol.find((block) => block.strategy === undefined) ?? ofSymbol.find((block) => block.strategy === strategy);
}
