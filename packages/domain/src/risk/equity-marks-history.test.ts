import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asUsdt, type DecimalValue, decimal, usdt } from "../decimal.ts";
import { type EquityMarks, lossPercent } from "./equity-marks.ts";
import {
  type AccountLook,
  ambiguousTransfer,
  type EquityHistory,
  isRefutedByLateTransfer,
  markLooks,
  nothingSeen,
  type Transfer,
  transferFogMs,
  transferHorizonMs,
  transfersSinceMs,
  withLook,
} from "./equity-marks-history.ts";

const startMs = Date.UTC(2026, 10, 21, 22);
const minuteMs = 60_000;
const quarterMs = 900_000;

interface World {
  readonly looks: readonly AccountLook[];
  /** `told`: when the exchange begins to tell of it. */
  readonly transfers: readonly (Transfer & { readonly toldMs: number })[];
}

const aLook = (equity: string, atMs: number, spanMs = 0, resetsPeak = false): AccountLook => ({
  equity: usdt(equity),
  askedAtMs: atMs,
  answeredAtMs: atMs + spanMs,
  resetsPeak,
});

/** What `watchAccount` remembers after the looks of a world: one that is known to be ambiguous when it is made is not kept. */
function seen({ looks, transfers }: World, order: (rows: Transfer[]) => Transfer[] = (rows) => rows): EquityHistory {
  return looks.reduce<EquityHistory>((history, look) => {
    const sinceMs = transfersSinceMs(history) ?? Number.POSITIVE_INFINITY;
    const told = transfers.filter(
      ({ timeMs, toldMs }) => toldMs <= look.answeredAtMs && timeMs >= sinceMs && timeMs <= look.answeredAtMs + transferFogMs,
    );
    return ambiguousTransfer(look, told) === undefined ? withLook(history, look, order(told)) : history;
  }, nothingSeen);
}

const newest = (history: EquityHistory): EquityMarks => markLooks(history).at(-1)!.marks!;
const text = ({ day, atMs, ...marks }: EquityMarks) =>
  [day, atMs, ...[marks.dayStartEquity, marks.dayLowestEquity, marks.peakEquity, marks.equity].map((mark) => mark.toFixed())].join(" ");

const anyDelayMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: transferHorizonMs - 1 }));

/** Looks and transfers at any time, also within the span of a look, before it is seen or after. */
const anyWorld: fc.Arbitrary<World> = fc
  .array(
    fc.record({
      gapMs: fc.integer({ min: 20_000, max: 40 * minuteMs }),
      spanMs: fc.integer({ min: 0, max: 3_000 }),
      result: fc.integer({ min: -400, max: 400 }),
      resetsPeak: fc.boolean(),
      transfers: fc.array(
        fc.record({
          beforeLookMs: fc.oneof(fc.integer({ min: -9_000, max: 9_000 }), fc.integer({ min: 0, max: 20 * minuteMs })),
          amount: fc.integer({ min: -900, max: 5_000 }),
          delayMs: anyDelayMs,
        }),
        { maxLength: 2 },
      ),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((steps) => {
    const looks: AccountLook[] = [];
    const transfers: (Transfer & { toldMs: number })[] = [];
    let atMs = startMs;
    let results = 200_000;
    for (const [index, { gapMs, spanMs, result, resetsPeak, transfers: paid }] of steps.entries()) {
      atMs += gapMs;
      results += result;
      for (const [part, { beforeLookMs, amount, delayMs }] of paid.entries()) {
        const timeMs = atMs - beforeLookMs;
        transfers.push({ id: `${index}.${part}`, amount: usdt(String(amount)), timeMs, toldMs: timeMs + delayMs });
      }
      looks.push(aLook(String(results), atMs, spanMs, resetsPeak));
    }
    // A last one, long after everything was told.
    looks.push(aLook(String(results), atMs + 2 * transferHorizonMs));
    const paidBy = (ms: number) =>
      transfers.filter(({ timeMs }) => timeMs <= ms).reduce((sum, { amount }) => sum + Number(amount.toFixed()), 0);
    const withTransfers = (look: AccountLook): AccountLook => ({
      ...look,
      equity: asUsdt(look.equity.plus(usdt(String(paidBy(look.askedAtMs))))),
      // A person's resuming is taken over by the look that is made in place of an ambiguous one.
      resetsPeak: look.resetsPeak && ambiguousTransfer(look, transfers) === undefined,
    });
    return { looks: looks.map(withTransfers), transfers };
  });

const prompt = ({ looks, transfers }: World): World => ({
  looks,
  transfers: transfers.map((transfer) => ({ ...transfer, toldMs: transfer.timeMs })),
});

describe("the marks of a history", () => {
  it("are in the end the same however late each transfer was told", () => {
    fc.assert(fc.property(anyWorld, (world) => text(newest(seen(world))) === text(newest(seen(prompt(world))))));
  });

  it("do not depend on the order in which transfers are told, nor on whether they are told again", () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const twiceBackwards = (rows: Transfer[]) => [...rows, ...rows].reverse();
        expect(seen(world, twiceBackwards).looks).toEqual(seen(world).looks);
        expect(text(newest(seen(world, twiceBackwards)))).toBe(text(newest(seen(world))));
      }),
    );
  });

  it("keep a transfer that was told once and is missing in the next answer", () => {
    const transfer = { id: "1", amount: usdt("-500"), timeMs: startMs + minuteMs };
    const first = withLook(nothingSeen, aLook("1000", startMs), []);
    const told = withLook(first, aLook("500", startMs + quarterMs), [transfer]);
    const forgotten = withLook(told, aLook("500", startMs + 2 * quarterMs), []);
    expect(newest(forgotten).peakEquity.toFixed()).toBe("500");
  });

  it("lie in order, and remember no more than what may still change", () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const history = seen(world);
        const { dayLowestEquity, dayStartEquity, equity, peakEquity } = newest(history);
        expect(dayLowestEquity.lte(equity) && equity.lte(peakEquity) && dayLowestEquity.lte(dayStartEquity)).toBe(true);
        const last = history.looks.at(-1)!;
        const later = withLook(history, aLook("1", last.answeredAtMs + 2 * transferHorizonMs), []);
        expect([history.looks.length, later.looks.length, later.transfers]).toEqual([1, 1, []]);
      }),
    );
  });

  const anyDealings = fc.array(
    fc.record({
      gapMs: fc.integer({ min: 10 * minuteMs, max: 300 * minuteMs }),
      basisPoints: fc.integer({ min: -2_000, max: 2_000 }),
      transferPercent: fc.oneof(fc.constant(0), fc.integer({ min: -90, max: 500 })),
      isResultFirst: fc.boolean(),
      delayMs: anyDelayMs,
    }),
    { minLength: 1, maxLength: 25 },
  );
  type Dealing = typeof anyDealings extends fc.Arbitrary<(infer Each)[]> ? Each : never;

  /** The same results in percent with and without transfers; `between`: with a look between each result and its transfer. */
  function withAndWithout(dealings: readonly Dealing[], between: boolean): [EquityMarks, EquityMarks] {
    const start = aLook("1000000", startMs);
    const [plain, paid, transfers]: [AccountLook[], AccountLook[], World["transfers"][number][]] = [[start], [start], []];
    let [share, equity]: [DecimalValue, DecimalValue] = [start.equity, start.equity];
    let atMs = startMs;
    const lookAt = (ms: number) => {
      plain.push(aLook(share.toFixed(), ms));
      paid.push(aLook(equity.toFixed(), ms));
    };
    for (const [index, { gapMs, basisPoints, transferPercent, isResultFirst, delayMs }] of dealings.entries()) {
      const factor = decimal(String(10_000 + basisPoints)).div("10000");
      const earn = () => {
        [share, equity] = [share.times(factor), equity.times(factor)];
      };
      if (between || isResultFirst) earn();
      if (between) lookAt(atMs + gapMs - 2 * minuteMs);
      const amount = asUsdt(equity.times(String(transferPercent)).div("100"));
      const timeMs = atMs + gapMs - minuteMs;
      transfers.push({ id: String(index), amount, timeMs, toldMs: timeMs + delayMs });
      equity = equity.plus(amount);
      if (!between && !isResultFirst) earn();
      atMs += gapMs;
      lookAt(atMs);
    }
    lookAt(atMs + 2 * transferHorizonMs);
    return [newest(seen({ looks: paid, transfers })), newest(seen({ looks: plain, transfers: [] }))];
  }

  const losses = ({ peakEquity, equity, dayStartEquity, dayLowestEquity }: EquityMarks) => [
    lossPercent(peakEquity, equity),
    lossPercent(dayStartEquity, dayLowestEquity),
  ];

  it("let no transfer change drawdown or daily loss by more than rounding", () => {
    fc.assert(
      fc.property(anyDealings, (dealings) => {
        const [paid, plain] = withAndWithout(dealings, true).map(losses);
        expect(paid!.every((loss, index) => loss.minus(plain![index]!).abs().lt("0.000001"))).toBe(true);
      }),
    );
  });

  it("make no loss smaller when a transfer lies between the same two looks, before the result or after", () => {
    fc.assert(
      fc.property(anyDealings, (dealings) => {
        const [paid, plain] = withAndWithout(dealings, false).map(losses);
        expect(paid!.every((loss, index) => loss.minus(plain![index]!).gt("-0.000001"))).toBe(true);
      }),
    );
  });

  it("show no smaller loss of the day when looks were missed while equity fell", () => {
    const cycles = fc.array(fc.record({ lost: fc.nat({ max: 500 }), jitterMs: fc.nat({ max: minuteMs }), isMissed: fc.boolean() }), {
      minLength: 2,
      maxLength: 120,
    });
    fc.assert(
      fc.property(cycles, (moves) => {
        let equity = 100_000;
        const looks = moves.map(({ lost, jitterMs }, index) => {
          equity -= lost;
          return aLook(String(equity), startMs + index * quarterMs + jitterMs);
        });
        const made = looks.filter((_look, index) => index === 0 || index === looks.length - 1 || moves[index]?.isMissed === false);
        const [all, some] = [looks, made].map((these) => newest(seen({ looks: these, transfers: [] })));
        const dayLoss = (marks: EquityMarks) => lossPercent(marks.dayStartEquity, marks.dayLowestEquity);
        expect(dayLoss(some!).gte(dayLoss(all!))).toBe(true);
        expect(some!.peakEquity.eq(all!.peakEquity)).toBe(true);
      }),
    );
  });

  it("leave out a look that may or may not have seen a transfer", () => {
    const history = withLook(withLook(nothingSeen, aLook("1000", startMs), []), aLook("1490", startMs + quarterMs, 2_000), [
      { id: "1", amount: usdt("500"), timeMs: startMs + quarterMs + 1_000 },
    ]);
    expect(markLooks(history).map(({ isLeftOut }) => isLeftOut)).toEqual([false, true]);
    const next = withLook(history, aLook("1490", startMs + 2 * quarterMs), []);
    expect(text(newest(next))).toContain(" 1505.050505050505050506 1490 1505.050505050505050506 1490");
  });

  it("never keep looks without end, also for a clock that was set back", () => {
    const future = withLook(nothingSeen, aLook("1000", startMs + 400 * 86_400_000), []);
    const history = Array.from({ length: 200 }, (_, index) => index).reduce(
      (former, index) => withLook(former, aLook("900", startMs + index * minuteMs), []),
      future,
    );
    expect(history.looks.length).toBeLessThanOrEqual(50);
    expect(lossPercent(newest(history).peakEquity, newest(history).equity).toFixed()).toBe("10");
  });
});

describe("isRefutedByLateTransfer", () => {
  const haltMs = startMs + quarterMs;
  const withdrawal = { id: "1", amount: usdt("-300"), timeMs: haltMs - minuteMs };
  const halted = withLook(withLook(nothingSeen, aLook("1000", startMs), []), aLook("700", haltMs), []);
  const reaches = ({ peakEquity, equity }: EquityMarks) => lossPercent(peakEquity, equity).gte("15");
  const next = (equity: string, told: readonly Transfer[]) => withLook(halted, aLook(equity, haltMs + quarterMs), told);

  it("is true when the late transfer explains the fall", () => {
    expect(isRefutedByLateTransfer(halted, next("700", [withdrawal]), haltMs, reaches)).toBe(true);
  });

  it.each([
    ["nothing was told", next("1000", [])],
    ["the transfer is no late one", next("1700", [{ ...withdrawal, amount: usdt("1000"), timeMs: haltMs + minuteMs }])],
    ["the transfer explains too little", next("700", [{ ...withdrawal, amount: usdt("-100") }])],
    ["it fell again since", next("500", [withdrawal])],
  ])("is false when %s", (_name, now) => {
    expect(isRefutedByLateTransfer(halted, now, haltMs, reaches)).toBe(false);
  });

  it("is false when the look that halted is not among those that can be told anew", () => {
    expect(isRefutedByLateTransfer(halted, next("700", [withdrawal]), haltMs - 1, reaches)).toBe(false);
  });
});
