import { price, quantity } from "@winiswin/domain/decimal";
import { anExchangePosition, anIntent, anOpenPosition, someProtections } from "@winiswin/testkit/positions";
import { expect, test } from "vitest";
import type { ProtectionReport } from "../ports/order-gateway.ts";
import { noFigure } from "./figures.ts";
import { restingFor, stopCause, targetsText } from "./position-levels.ts";

const [first, target] = someProtections() as readonly [ProtectionReport, ProtectionReport];
const part = { closePosition: false, quantity: quantity("0.014") };
const moved: ProtectionReport = { ...first, ...part, clientOrderId: "moved", triggerPrice: price("50080") };

/** Its first target is taken and its stop moved to breakeven. */
const record = anOpenPosition("BTCUSDT", {
  openQuantity: quantity("0.014"),
  stopLeg: "breakeven",
  stopPrice: price("50080"),
  targets: [
    {
      tier: 1,
      price: price("50500"),
      quantity: quantity("0.006"),
      revision: 1,
      taken: { quantity: quantity("0.006"), price: price("50501.5"), atMs: 0 },
    },
    { tier: 2, price: price("50750"), quantity: quantity("0.008"), revision: 2, taken: undefined },
  ],
});
const held = anExchangePosition("BTCUSDT", { quantity: quantity("0.014") });

test("the moved stop of a long is shown and not the first one that rests beside it, whichever is named first", () => {
  const stops = [
    [first, moved],
    [moved, first],
  ].map((orders) => restingFor(held, orders).stop);

  expect(stops).toEqual([moved, moved]);
  expect(stopCause(record, moved)).toBe("breakeven");
});

test("the nearest stop of a short is the lowest", () => {
  const above = (at: string): ProtectionReport => ({ ...first, side: "buy", triggerPrice: price(at) });

  const { stop } = restingFor({ ...held, direction: "short" }, [above("50900"), above("50400"), above("50700")]);

  expect(stop?.triggerPrice.toFixed()).toBe("50400");
});

test("a stop for a part of what is open is no protection", () => {
  const tooSmall = { ...moved, quantity: quantity("0.013") };

  expect(restingFor(held, [tooSmall]).stop).toBeUndefined();
  expect(restingFor(held, [moved]).stop).toBe(moved);
});

test("a stop that our record has moved already and the exchange has not is told with both places", () => {
  expect(stopCause(record, first)).toBe("first stop; breakeven at 50,080 not there yet");
  expect(stopCause(record, { ...moved, triggerPrice: price("49900") })).toBe("of another hand; breakeven at 50,080 not there yet");
  expect(stopCause(anOpenPosition(), first)).toBe("first stop");
  expect(stopCause(undefined, first)).toBe(noFigure);
});

test("each tier is taken or waits, what waits is missed where the exchange does not have it, and the rest trails", () => {
  const second = { ...target, triggerPrice: price("50750") };
  const mark = price("50250");

  expect(targetsText(record, restingFor(held, [second]), mark)).toBe("1 taken at 50,501.5 · 2 at 50,750 (+1.00 %) · rest trails");
  expect(targetsText(record, restingFor(held, [first]), mark)).toContain("2 at 50,750 (+1.00 %) NOT on the exchange");
  expect(targetsText(anOpenPosition(), restingFor(anExchangePosition(), [target]), undefined)).toBe("2 at 51,000");
  expect(targetsText(undefined, restingFor(anExchangePosition(), [target]), undefined)).toBe("51,000");
});

test("an entry on its way shows what is intended", () => {
  const { intent, strategy, signalId, cycleId, createdAtMs, version } = record;
  const facts = { intent: anIntent({ symbol: intent.symbol }), strategy, signalId, cycleId, createdAtMs, version };
  const entering = { ...facts, state: "entering", sentAtMs: undefined, missingSinceMs: undefined } as const;

  expect([stopCause(entering, undefined), targetsText(entering, undefined, undefined)]).toEqual(["first stop", "51,000"]);
});
