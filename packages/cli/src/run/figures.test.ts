import { expect, test } from "vitest";
import { createFigures } from "./figures.ts";

test("figures are summed up in the order of their list, each with what a graph of it would show", () => {
  const figures = createFigures();

  figures.record({ Signals: 4, CyclesExecuted: 1 });
  figures.record({ Signals: 2 });

  expect(Object.keys(figures.summary())).toEqual(["CyclesExecuted", "Signals"]);
  expect(figures.summary().Signals).toEqual({ unit: "Count", samples: 2, sum: 6, minimum: 2, maximum: 4, last: 2 });
});
