import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { usdt } from "../decimal.ts";
import { type EquityMarks, lossPercent, markEquity, withPeakReset } from "./equity-marks.ts";

const noon = Date.UTC(2026, 10, 21, 12);
const hourMs = 3_600_000;
const look = (equity: string, hours: number, transfers = "0") => ({
  equity: usdt(equity),
  transfers: usdt(transfers),
  atMs: noon + hours * hourMs,
});
const after = (...looks: ReturnType<typeof look>[]): EquityMarks => looks.reduce<EquityMarks | undefined>(markEquity, undefined)!;
const text = ({ day, dayStartEquity, dayLowestEquity, peakEquity, equity }: EquityMarks) =>
  [day, ...[dayStartEquity, dayLowestEquity, peakEquity, equity].map((mark) => mark.toFixed())].join(" ");

describe("markEquity", () => {
  it("starts with what it sees, follows the lowest of the day and the highest of all", () => {
    expect(text(after(look("1000", 0)))).toBe("2026-11-21 1000 1000 1000 1000");
    expect(text(after(look("1000", 0), look("1100", 1), look("950", 2), look("990", 3)))).toBe("2026-11-21 1000 950 1100 990");
  });

  it("starts a new day at a look right after midnight and keeps the peak", () => {
    expect(text(after(look("1000", 0), look("900", 11.75), look("890", 12.01)))).toBe("2026-11-22 890 890 1000 890");
  });

  it.each([
    ["the first look of the day comes late", 11.9, 12.1],
    ["the last look of yesterday lies far back", 11.7, 12.01],
    ["nothing was looked at for days", 0, 80],
  ])("starts the day at the larger of the two looks around midnight when %s", (_name, before, behind) => {
    const lost = after(look("1000", 0), look("900", before), look("850", behind));
    expect([lost.dayStartEquity.toFixed(), lost.dayLowestEquity.toFixed()]).toEqual(["900", "850"]);
    const won = after(look("1000", 0), look("900", before), look("950", behind));
    expect([won.dayStartEquity.toFixed(), won.dayLowestEquity.toFixed()]).toEqual(["950", "950"]);
  });

  it("counts a withdrawal over night for no loss, and a loss beside it in full", () => {
    expect(text(after(look("1000", 0), look("500", 20, "-500")))).toBe("2026-11-22 500 500 500 500");
    expect(text(after(look("1000", 0), look("450", 20, "-500")))).toBe("2026-11-22 500 450 500 450");
  });

  it("counts a result beside a transfer as though it came on the side where it is the larger loss or the smaller profit", () => {
    expect(text(after(look("1000", 0), look("50", 1, "-900")))).toBe("2026-11-21 100 50 100 50");
    expect(text(after(look("1000", 0), look("9500", 1, "9000")))).toBe("2026-11-21 19000 9500 19000 9500");
    expect(text(after(look("1000", 0), look("800", 1), look("180", 2, "-720")))).toBe("2026-11-21 200 160 200 180");
  });

  it("opens no new day for a clock that went back", () => {
    expect(text(after(look("1000", 12), look("900", 0)))).toBe("2026-11-22 1000 900 1000 900");
  });

  it("takes a deposit for no profit and a withdrawal for no loss", () => {
    const deposited = after(look("1000", 0), look("900", 1), look("1800", 2, "900"));
    expect(text(deposited)).toBe("2026-11-21 2000 1800 2000 1800");
    const withdrawn = after(look("1000", 0), look("900", 1), look("90", 2, "-810"));
    expect(text(withdrawn)).toBe("2026-11-21 100 90 100 90");
  });

  it("starts afresh when an empty account is filled", () => {
    expect(text(after(look("0", 0), look("500", 1, "500")))).toBe("2026-11-21 500 500 500 500");
  });

  it("hides no loss of what was just paid in, nor of the rest after a withdrawal", () => {
    expect(text(after(look("0", 0), look("400", 1, "1000")))).toBe("2026-11-21 1000 400 1000 400");
    expect(text(after(look("100", 0), look("500", 1, "1000")))).toBe("2026-11-21 1100 500 1100 500");
    expect(text(after(look("1000", 0), look("0", 1, "-900")))).toBe("2026-11-21 100 0 100 0");
  });

  it("counts the drawdown from the present once a person accepted it", () => {
    const marks = withPeakReset(after(look("1000", 0), look("800", 1)));
    expect(lossPercent(marks.peakEquity, marks.equity).toFixed()).toBe("0");
  });

  it("never lets a transfer change the drawdown by more than rounding, and keeps lowest <= equity <= peak", () => {
    const steps = fc.array(fc.record({ gain: fc.integer({ min: -300, max: 300 }), transfer: fc.integer({ min: -900, max: 5_000 }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(steps, (moves) => {
        let equity = 100_000;
        let marks = after(look(String(equity), 0));
        moves.forEach(({ gain, transfer }, index) => {
          equity += gain;
          marks = markEquity(marks, look(String(equity), index / 10));
          const before = lossPercent(marks.peakEquity, marks.equity);
          equity += transfer;
          marks = markEquity(marks, look(String(equity), index / 10 + 0.05, String(transfer)));
          const drift = lossPercent(marks.peakEquity, marks.equity).minus(before).abs();
          expect(drift.lt("0.000001")).toBe(true);
          expect(marks.dayLowestEquity.lte(marks.equity) && marks.equity.lte(marks.peakEquity)).toBe(true);
        });
      }),
    );
  });
});
