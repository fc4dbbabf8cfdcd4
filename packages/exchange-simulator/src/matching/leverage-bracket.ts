import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";

export interface LeverageBracket {
  readonly bracket: number;
  readonly initialLeverage: number;
  readonly notionalFloor: number;
  readonly notionalCap: number;
  readonly maintMarginRatio: number;
  /** Cumulative amount that makes maintenance margin continuous: floor x (ratio - ratio before) + cum before. */
  readonly cum: number;
}

const steps = [
  { leverage: 125, ratio: "0.004" },
  { leverage: 100, ratio: "0.005" },
  { leverage: 75, ratio: "0.0065" },
  { leverage: 50, ratio: "0.01" },
  { leverage: 25, ratio: "0.02" },
  { leverage: 20, ratio: "0.025" },
  { leverage: 10, ratio: "0.05" },
  { leverage: 5, ratio: "0.1" },
  { leverage: 4, ratio: "0.125" },
  { leverage: 3, ratio: "0.15" },
  { leverage: 2, ratio: "0.25" },
  { leverage: 1, ratio: "0.5" },
] as const;

/** Notional caps in thousands of USDT for contracts whose highest leverage is 125, 100, 75, 50 and at most 25. */
const caps: readonly (readonly [atLeast: number, thousands: readonly number[]])[] = [
  [125, [300, 800, 3_000, 12_000, 70_000, 100_000, 230_000, 480_000, 600_000, 800_000, 1_200_000, 1_800_000]],
  [100, [300, 2_000, 12_000, 50_000, 80_000, 150_000, 300_000, 400_000, 500_000, 800_000, 1_500_000]],
  [75, [50, 400, 2_000, 4_000, 8_000, 20_000, 25_000, 30_000, 60_000, 100_000]],
  [50, [10, 80, 200, 800, 2_000, 3_000, 4_000, 6_000, 10_000]],
  [0, [20, 50, 200, 500, 800, 1_000, 2_000, 4_000]],
];

const tables = new Map<number, readonly LeverageBracket[]>();

/** The contract's brackets, smallest notional first. */
export function bracketsOf(instrument: SimulatedInstrument): readonly LeverageBracket[] {
  const known = tables.get(instrument.maxLeverage);
  if (known !== undefined) return known;
  const table: LeverageBracket[] = [];
  const thousands = caps.find(([atLeast]) => instrument.maxLeverage >= atLeast)![1];
  const usable = steps.filter((step) => step.leverage <= instrument.maxLeverage);
  let floor = 0;
  let before = decimal("0");
  let cum = decimal("0");
  for (const [index, { leverage, ratio }] of usable.entries()) {
    const cap = (thousands[index] ?? thousands.at(-1)! * 2 ** (index - thousands.length + 1)) * 1_000;
    cum = cum.plus(decimal(String(floor)).times(decimal(ratio).minus(before)));
    before = decimal(ratio);
    table.push({
      bracket: index + 1,
      initialLeverage: leverage,
      notionalFloor: floor,
      notionalCap: cap,
      maintMarginRatio: Number(ratio),
      cum: Number(cum.toFixed()),
    });
    floor = cap;
  }
  tables.set(instrument.maxLeverage, table);
  return table;
}

export function bracketAt(instrument: SimulatedInstrument, notional: number): LeverageBracket {
  const brackets = bracketsOf(instrument);
  return brackets.find((bracket) => notional < bracket.notionalCap) ?? brackets.at(-1)!;
}

/** Maintenance margin of a notional, as float64: it decides when, never how much. */
export function maintenanceMargin(instrument: SimulatedInstrument, notional: number): number {
  const bracket = bracketAt(instrument, notional);
  return notional * bracket.maintMarginRatio - bracket.cum;
}

/** The largest notional allowed at a leverage. */
export function maxNotionalAt(instrument: SimulatedInstrument, leverage: number): DecimalValue {
  const allowed = bracketsOf(instrument).filter((bracket) => bracket.initialLeverage >= leverage);
  return decimal(String(allowed.at(-1)?.notionalCap ?? 0));
}
