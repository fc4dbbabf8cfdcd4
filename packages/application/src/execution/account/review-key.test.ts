import { expect, test } from "vitest";
import { reviewKey } from "./review-key.ts";

const rights = { canTrade: true, canWithdraw: false, isBoundToAddresses: true };

test("a key that trades, takes nothing out and is bound to addresses is accepted without a word", () => {
  expect(reviewKey(rights)).toEqual({ verdict: "accepted", remarks: [] });
});

test("a key that may withdraw is refused, whatever else it may", () => {
  expect(reviewKey({ ...rights, canWithdraw: true })).toMatchObject({ verdict: "refused", reason: expect.stringContaining("withdraw") });
});

test("a key that may not trade is refused", () => {
  expect(reviewKey({ ...rights, canTrade: false })).toMatchObject({ verdict: "refused", reason: expect.stringContaining("futures") });
});

test("a key of which it cannot be learnt whether it may withdraw is refused until it can", () => {
  expect(reviewKey({ ...rights, canWithdraw: undefined })).toMatchObject({ verdict: "refused", reason: expect.stringContaining("learnt") });
});

test("a key that works from every address is accepted with a word", () => {
  expect(reviewKey({ ...rights, isBoundToAddresses: false })).toMatchObject({
    verdict: "accepted",
    remarks: [expect.stringContaining("every address")],
  });
});
