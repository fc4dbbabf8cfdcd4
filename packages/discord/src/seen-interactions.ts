/** The interactions that this process has met; across processes the queue knows them by the same id. */
export interface SeenInteractions {
  /** False when the same id came before, within the time in which a signature counts. */
  isFirst(id: string, nowMs: number): boolean;
}

/** Far more than people type within a minute; beyond it the oldest are forgotten. */
const mostKept = 5000;

export function createSeenInteractions(rememberedForMs: number): SeenInteractions {
  const seenAtMs = new Map<string, number>();
  return {
    isFirst(id, nowMs) {
      for (const [old, atMs] of seenAtMs) {
        if (nowMs - atMs <= rememberedForMs && seenAtMs.size < mostKept) break;
        seenAtMs.delete(old);
      }
      if (seenAtMs.has(id)) return false;
      seenAtMs.set(id, nowMs);
      return true;
    },
  };
}
