import type { NewsMemory, NewsState } from "@winiswin/application/ports/news-provider";

export function inMemoryNewsMemory(first?: NewsState): NewsMemory {
  let kept = first;
  return {
    load: async () => kept,
    save: async (state) => {
      kept = structuredClone(state);
    },
  };
}
