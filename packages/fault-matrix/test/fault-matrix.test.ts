import { expect, test } from "vitest";
import { commandOf, lawsOf, runMatrix } from "../src/matrix.ts";
import { type WirePath, wirePaths } from "../src/paths.ts";

/** Long on a busy machine. */
const patienceMs = 600_000;

/** Of what is asked before an entry is sent every fourth fault, of everything else of an entry each; of other paths every 24th, in turn. */
function isTried({ name }: WirePath, requestIndex: number, variantIndex: number): boolean {
  const place = requestIndex * 5 + variantIndex;
  if (name === "entry") return requestIndex >= firstWriteOfAnEntry || place % 4 === 0;
  return (place + wirePaths.findIndex((path) => path.name === name)) % 24 === 0;
}

/** The leverage, the margin mode, and then the entry itself. */
const firstWriteOfAnEntry = 13;

test("every path survives the faults of the exchange at its requests: a part of the whole matrix", { timeout: patienceMs }, async () => {
  const { cases, wholes } = await runMatrix({ isTried });

  const broken = cases.filter(({ violations }) => violations.length > 0);
  expect(broken.map((ran) => `${commandOf(ran)}: ${lawsOf(ran.violations)}`)).toEqual([]);
  // What was to be survived did happen, everywhere.
  expect(wholes.map(({ path }) => path)).toEqual(wirePaths.map(({ name }) => name));
  for (const { path, requests } of wholes) {
    const met = new Set(cases.filter((ran) => ran.path === path).map(({ at }) => at));
    expect(met.size, `requests of "${path}" that met a fault`).toBe(requests);
  }
});
