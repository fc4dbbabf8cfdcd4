import { expect, test } from "vitest";
import { commandOf, lawsOf, runMatrix } from "../src/matrix.ts";
import { type WirePath, wirePaths } from "../src/paths.ts";

/** Long on a busy machine. */
const patienceMs = 600_000;

/** Each fault where an entry is sent and protected; of everything else every 12th for an entry and every 30th for other paths, in turn. */
function isTried({ name }: WirePath, requestIndex: number, variantIndex: number): boolean {
  const place = requestIndex * 7 + variantIndex + wirePaths.findIndex((path) => path.name === name);
  if (name === "entry") return entryAndStop.includes(requestIndex) || place % 12 === 0;
  return place % 30 === 0;
}

/** The entry itself, the stop that follows it, the first question and the look at the stop. */
const entryAndStop = [16, 17, 18, 19];

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
