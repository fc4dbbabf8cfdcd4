import type { Engine, SymbolView } from "@winiswin/analysis";
import { type Direction, signOf } from "@winiswin/domain/direction";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import { durationMs } from "@winiswin/domain/timeframe";
import type { PositionStore } from "../ports/position-store.ts";
import type { ConfiguredStrategy } from "./configured-strategy.ts";

/** What a shard needs to look after the positions that are open in its symbols. */
export interface HeldDependencies {
  readonly positions: Pick<PositionStore, "open">;
  readonly bot: string;
}

/** The view of each open position in the given engines; nothing is computed for it that the engines do not show anyway. */
export async function heldViews(
  ready: readonly Engine[],
  strategies: readonly ConfiguredStrategy[],
  { positions, bot }: HeldDependencies,
): Promise<readonly HeldView[]> {
  const bySymbol = new Map(ready.map((engine) => [engine.symbol, engine.view]));
  if (bySymbol.size === 0) return [];
  return (await positions.open(bot)).flatMap((position): readonly HeldView[] => {
    const { symbol, direction, positionId } = position.intent;
    const view = bySymbol.get(symbol);
    if (view === undefined || position.state !== "open") return [];
    return [
      {
        positionId,
        symbol,
        direction,
        closePrice: view.candle.close,
        atr: view.detectors.includes("atr") ? view.atr14 : 0,
        swingPrice: swingPriceOf(view, direction),
        ...reviewOf(view, direction, position.strategy, strategies),
      },
    ];
  });
}

/** What speaks for or against holding on: asked of positions that are open and of those that nobody opened. */
export function reviewOf(
  view: SymbolView,
  direction: Direction,
  strategyName: string,
  strategies: readonly ConfiguredStrategy[],
): Pick<HeldView, "confidence" | "changedAgainstAtMs"> {
  const opener = strategies.find(({ strategy }) => strategy.name === strategyName);
  return {
    confidence: opener?.strategy.confidenceOf?.(view, opener.parameters, direction),
    changedAgainstAtMs: changedAgainstAtMs(view, direction),
  };
}

function swingPriceOf(view: SymbolView, direction: Direction): number | undefined {
  if (!view.detectors.includes("structure")) return undefined;
  const { price } = signOf(direction) === 1 ? view.structure.swingLow : view.structure.swingHigh;
  return price > 0 ? price : undefined;
}

/** When the newest change of character against the direction was confirmed. */
function changedAgainstAtMs(view: SymbolView, direction: Direction): number | undefined {
  if (!view.detectors.includes("structure")) return undefined;
  const against = signOf(direction) === 1 ? view.structure.lastBreakDown : view.structure.lastBreakUp;
  return against.kind === "choch" && against.bar >= 0 ? view.closeTimeMs - (view.bar - against.bar) * durationMs("15m") : undefined;
}
