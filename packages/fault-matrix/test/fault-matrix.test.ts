import { expect, test } from "vitest";
import { commandOf, lawsOf, runMatrix } from "../src/matrix.ts";
import { type WirePath, wirePaths } from "../src/paths.ts";
import type { WireRequest } from "../src/wire-exchange.ts";

/** Long on a busy machine. */
const patienceMs = 600_000;

/** Each fault where an entry and its stop are sent; of everything else every 12th for an entry and every 30th for other paths, in turn. */
function isTried({ name }: WirePath, { request, occurrence }: WireRequest, requestIndex: number, variantIndex: number): boolean {
  const place = requestIndex * 7 + variantIndex + wirePaths.findIndex((path) => path.name === name);
  if (name !== "entry") return place % 30 === 0;
  return (occurrence === 1 && sending.includes(request)) || place % 12 === 0;
}

const sending = ["POST /fapi/v1/order", "POST /fapi/v1/algoOrder"];

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
