import { createEngine, type SymbolView } from "@winiswin/analysis";
import { followVirtualPosition, mostBarsHeld } from "@winiswin/dataset/follow-virtual-position";
import type { VirtualPosition } from "@winiswin/dataset/virtual-position";
import type { Candle } from "@winiswin/domain/candle";
import { closeTimeOfCycle, cycleIdOf } from "@winiswin/domain/cycle";
import { decimal, price, quantity, toNumber, usdt } from "@winiswin/domain/decimal";
import { type Direction, signOf } from "@winiswin/domain/direction";
import { breakevenPrice } from "@winiswin/domain/exit/breakeven";
import { dueExit, trailingStop, usualExitLimits } from "@winiswin/domain/exit/exit-rules";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import { heldPositionOf, type OpenPosition, targetsOf, withOpenQuantity, withStopAt } from "@winiswin/domain/position";
import { seededCandles } from "@winiswin/testkit";
import fc from "fast-check";
import { expect, it } from "vitest";

const startMs = Date.UTC(2026, 0, 1);
const quarterMs = 900_000;
const [takerFeeRate, slippageRate] = [0.0005, 0.0004];

/** A real position with ticks and steps so fine that rounding cannot be seen. */
function openedAt({ open, openTimeMs }: Candle, direction: Direction, virtual: VirtualPosition): OpenPosition {
  const fine = (value: number) => price(value.toFixed(12));
  const whole = quantity("1000");
  const intent = {
    bot: "test",
    positionId: "test",
    clientOrderId: "test",
    symbol: virtual.symbol,
    direction,
    quantity: whole,
    leverage: 1,
    signalPrice: fine(open),
    entryPrice: fine(open),
    stopPrice: fine(virtual.stopPrice),
    targetPrice: fine(virtual.targetPrice),
    notional: usdt("1"),
    initialMargin: usdt("1"),
    initialRisk: usdt("1"),
    liquidationPrice: fine(open),
    exitTerms: {
      tickSize: price("0.000000000001"),
      stepSize: quantity("0.000000001"),
      minQuantity: quantity("0.000000001"),
      minNotional: usdt("0.000001"),
      takerFeeRate: decimal(String(takerFeeRate)),
      slippageRate: decimal(String(slippageRate)),
      secondMultiple: decimal(String(virtual.secondMultiple)),
    },
  };
  return {
    state: "open",
    intent,
    strategy: virtual.strategy,
    signalId: "test",
    cycleId: virtual.cycleId,
    createdAtMs: openTimeMs,
    version: 1,
    quantity: whole,
    openQuantity: whole,
    entryPrice: intent.entryPrice,
    filledAtMs: openTimeMs + 5_000,
    stopPrice: intent.stopPrice,
    stopLeg: "stopLoss",
    ...targetsOf(intent, intent.entryPrice, whole),
    stopRevision: 1,
    stopConfirmedAtMs: undefined,
    missingSinceMs: undefined,
  };
}

interface End {
  readonly reason: string;
  readonly barsHeld: number;
  readonly resultR: number;
}

/** What the executor and the guard would do with it, by the functions that they use, on an exchange that fills each price exactly. */
function realEnd(position: OpenPosition, candles: readonly Candle[], viewAt: (index: number) => HeldView): End | undefined {
  const { direction, exitTerms } = position.intent;
  const sign = signOf(direction);
  const entry = toNumber(position.entryPrice);
  const net = (at: number): number => (at - entry) * sign - takerFeeRate * (entry + at) - slippageRate * entry;
  const risk = -net(toNumber(position.intent.stopPrice));
  let [held, result] = [position, 0];
  const endAt = (reason: string, at: number, index: number): End => ({
    reason,
    barsHeld: index + 1,
    resultR: (result + (toNumber(held.openQuantity) / 1000) * net(at)) / risk,
  });
  for (const [index, candle] of candles.slice(0, mostBarsHeld).entries()) {
    const [adverse, favourable] = sign === 1 ? [candle.low, candle.high] : [candle.high, candle.low];
    const stop = toNumber(held.stopPrice);
    if ((adverse - stop) * sign <= 0) return endAt(held.stopLeg, (candle.open - stop) * sign < 0 ? candle.open : stop, index);
    for (const target of held.targets) {
      if (target.taken !== undefined || (favourable - toNumber(target.price)) * sign < 0) continue;
      result += (toNumber(target.quantity) / 1000) * net(toNumber(target.price));
      const taken = { quantity: target.quantity, price: target.price, atMs: candle.openTimeMs };
      const targets = held.targets.map((one) => (one === target ? { ...one, taken } : one));
      held = withOpenQuantity({ ...held, targets }, quantity(held.openQuantity.minus(target.quantity).toFixed()));
    }
    if (held.stopLeg === "stopLoss" && held.targets.some(({ taken }) => taken !== undefined)) {
      const funding = usdt("0");
      const terms = exitTerms!;
      held = withStopAt(
        held,
        "breakeven",
        breakevenPrice({ direction, entryPrice: held.entryPrice, quantity: held.quantity, funding, terms }),
      );
    }
    const rules = heldPositionOf(held);
    const due = dueExit(rules, viewAt(index), candle.openTimeMs + quarterMs, usualExitLimits);
    if (due !== undefined) return endAt(due.cause, candle.close, index);
    if (index + 1 === mostBarsHeld) return endAt("timeLimit", candle.close, index);
    const wanted = trailingStop(rules, viewAt(index), usualExitLimits);
    if (wanted !== undefined) held = withStopAt(held, "trailing", price(wanted.toFixed(12)));
  }
  return undefined;
}

const seenBy = (view: SymbolView, direction: Direction, confidence: number | undefined): HeldView => {
  const against = direction === "long" ? view.structure.lastBreakDown : view.structure.lastBreakUp;
  const swing = direction === "long" ? view.structure.swingLow : view.structure.swingHigh;
  return {
    positionId: "test",
    symbol: view.symbol,
    direction,
    closePrice: view.candle.close,
    atr: view.atr14,
    swingPrice: swing.price > 0 ? swing.price : undefined,
    confidence,
    changedAgainstAtMs: against.kind === "choch" && against.bar >= 0 ? view.closeTimeMs - (view.bar - against.bar) * quarterMs : undefined,
  };
};

const leadCandles = 400;

it("a virtual position ends as a real one would, by the engine's own ATR, swings and changes of character, cycle after cycle", () => {
  const reasons = new Map<string, number>();
  let runs = 0;
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat(10_000),
        direction: fc.constantFrom<Direction>("long", "short"),
        stopAtr: fc.double({ min: 0.5, max: 6, noNaN: true }),
        rewardRatio: fc.double({ min: 0.3, max: 5, noNaN: true }),
        secondMultiple: fc.constantFrom(1.5, 2),
        doubtfulFrom: fc.option(fc.nat(60), { nil: undefined }),
      }),
      ({ seed, direction, stopAtr, rewardRatio, secondMultiple, doubtfulFrom }) => {
        const candles = seededCandles({ seed, count: leadCandles + mostBarsHeld, startMs, regimes: ["up", "range", "down"] });
        const engine = createEngine("TESTUSDT", ["atr", "structure"]);
        for (const candle of candles.slice(0, leadCandles)) engine.update(candle);
        const sign = signOf(direction);
        const atr = engine.view.atr14;
        const entry = candles[leadCandles]!.open;
        const position: VirtualPosition = {
          symbol: "TESTUSDT",
          strategy: "test",
          cycleId: cycleIdOf(candles[leadCandles]!.openTimeMs),
          direction,
          stopPrice: entry - sign * stopAtr * atr,
          targetPrice: entry + sign * rewardRatio * stopAtr * atr,
          secondMultiple,
          atr,
        };
        const rules = { takerFeeRate, slippageRate, exits: usualExitLimits };
        const followed = candles.slice(leadCandles);
        const views: HeldView[] = [];
        let virtual: ReturnType<typeof followVirtualPosition>;
        const before = candles.slice(leadCandles - 55, leadCandles);
        for (const [index, candle] of followed.entries()) {
          engine.update(candle);
          const view = seenBy(engine.view, direction, doubtfulFrom !== undefined && index >= doubtfulFrom ? 0.3 : 0.6);
          views.push(view);
          virtual = followVirtualPosition(position, followed.slice(0, index + 1), rules, { before, now: view });
          if (virtual !== undefined) break;
        }
        const real = realEnd(openedAt(followed[0]!, direction, position), followed, (index) => views[index]!);
        if (virtual?.outcome !== "closed" || real === undefined) throw new Error("both must have ended");
        expect([virtual.exitReason, virtual.barsHeld]).toEqual([real.reason, real.barsHeld]);
        expect(virtual.resultR).toBeCloseTo(real.resultR, 6);
        expect(closeTimeOfCycle(position.cycleId) + virtual.barsHeld * quarterMs).toBe(virtual.exitTimeMs + quarterMs);
        reasons.set(real.reason, (reasons.get(real.reason) ?? 0) + 1);
        runs++;
      },
    ),
    { numRuns: 400, seed: 11 },
  );
  expect(runs).toBe(400);
  for (const reason of ["stopLoss", "breakeven", "trailing", "timeStop", "revalidation"]) {
    expect(reasons.get(reason) ?? 0, `${reason} of ${JSON.stringify([...reasons])}`).toBeGreaterThan(4);
  }
});
