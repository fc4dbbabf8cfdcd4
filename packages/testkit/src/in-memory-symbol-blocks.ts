import type { SymbolBlock, SymbolBlocks } from "@winiswin/application/ports/symbol-block";
import { isInForce } from "@winiswin/domain/risk/symbol-block";

export function inMemorySymbolBlocks(): SymbolBlocks {
  const blocks = new Map<string, SymbolBlock>();
  const keyOf = (symbol: string, strategy: string | undefined): string => JSON.stringify([symbol, strategy]);
  return {
    symbolBlocks: async () => [...blocks.values()],
    async blockSymbol(block) {
      blocks.set(keyOf(block.symbol, block.strategy), block);
      for (const [key, old] of blocks) if (!isInForce(old, block.atMs)) blocks.delete(key);
    },
    unblockSymbol: async (symbol, strategy) => blocks.delete(keyOf(symbol, strategy)),
  };
}
