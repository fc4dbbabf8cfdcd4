import type { SymbolBlock } from "@winiswin/domain/risk/symbol-block";

export type { SymbolBlock };

/** One block per symbol and strategy; a later one replaces it. */
export interface SymbolBlocks {
  /** All that are stored; one that ran out may still be among them: ask `isInForce`. */
  symbolBlocks(): Promise<readonly SymbolBlock[]>;
  /** Blocks that had run out at `block.atMs` are forgotten on the way. */
  blockSymbol(block: SymbolBlock): Promise<void>;
  /** False when there was no such block; without a strategy it lifts the block for every strategy, not those of single ones. */
  unblockSymbol(symbol: string, strategy: string | undefined): Promise<boolean>;
}
