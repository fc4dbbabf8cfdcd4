import { afterEach, beforeEach, expect, it } from "vitest";
import { type StubExchange, startStubExchange, steppedClock } from "../test/stub-exchange.ts";
import { type KeyRightsOptions, readKeyRights } from "./key-rights.ts";

const credentials = { apiKey: "the-key-7f3a", apiSecret: "the-secret-91bc" };
let futures: StubExchange;
let spot: StubExchange;
beforeEach(async () => {
  [futures, spot] = [await startStubExchange(), await startStubExchange()];
  futures.answer("GET /fapi/v1/accountConfig", { json: { canTrade: true, canWithdraw: true } });
});
afterEach(async () => {
  await futures.close();
  await spot.close();
});

const read = (changes: Partial<KeyRightsOptions> = {}) =>
  readKeyRights({ baseUrl: futures.baseUrl, clock: steppedClock(Date.parse("2026-11-21T10:00:00Z")), credentials, ...changes });
const atSpot = "GET /sapi/v1/account/apiRestrictions";

it.each([
  [
    { enableWithdrawals: false, enableFutures: true, ipRestrict: true },
    { canTrade: true, canWithdraw: false, isBoundToAddresses: true },
  ],
  [
    { enableWithdrawals: true, enableFutures: true, ipRestrict: false },
    { canTrade: true, canWithdraw: true, isBoundToAddresses: false },
  ],
  [
    { enableWithdrawals: false, enableFutures: false, ipRestrict: false },
    { canTrade: false, canWithdraw: false, isBoundToAddresses: false },
  ],
])("reads of the key what the spot host tells: %j", async (restrictions, rights) => {
  spot.answer(atSpot, { json: restrictions });

  expect(await read({ spotBaseUrl: spot.baseUrl })).toEqual(rights);
  expect(spot.sent(atSpot)[0]?.query.has("signature")).toBe(true);
});

it("asks the spot host for the time where a spot host tells it", async () => {
  spot.answer("GET /api/v3/time", { json: { serverTime: Date.parse("2026-11-21T10:00:00Z") } });
  spot.answer(atSpot, { json: { enableWithdrawals: false, enableFutures: true, ipRestrict: true } });

  await read({ spotBaseUrl: spot.baseUrl });

  expect(spot.requests.map(({ path }) => path)).toEqual(["/api/v3/time", "/sapi/v1/account/apiRestrictions"]);
});

it("says that it does not know where only the account can be asked", async () => {
  expect(await read()).toEqual({ canTrade: true, canWithdraw: undefined, isBoundToAddresses: undefined });
});

it("knows that no key of an account can withdraw when the account cannot", async () => {
  futures.answer("GET /fapi/v1/accountConfig", { json: { canTrade: true, canWithdraw: false } });

  expect(await read()).toMatchObject({ canWithdraw: false });
});

it("does not know it either when the spot host refuses, and says why without a secret", async () => {
  spot.answer(atSpot, { status: 401, json: { code: -2015, msg: `Invalid API-key ${credentials.apiKey}` } });
  const lines: unknown[] = [];
  const logger = { info: () => {}, error: () => {}, warn: (...line: unknown[]) => void lines.push(line) };

  expect(await read({ spotBaseUrl: spot.baseUrl, logger })).toMatchObject({ canTrade: true, canWithdraw: undefined });
  expect(JSON.stringify(lines)).toContain("-2015");
  expect(JSON.stringify(lines)).not.toContain(credentials.apiKey);
});

it("fails when the futures host does not answer", async () => {
  futures.answer("GET /fapi/v1/accountConfig", { status: 451, json: { code: 0, msg: "restricted location" } });

  await expect(read()).rejects.toMatchObject({ kind: "fatal", code: 451 });
});
