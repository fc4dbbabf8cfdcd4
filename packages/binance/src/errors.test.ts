import { describe, expect, it } from "vitest";
import { errorTable } from "./error-table.ts";
import { classify, sentenceFor } from "./errors.ts";
import { describeAnswer, describeFailure, type Failure } from "./failure.ts";

const coded = (status: number, code: number, msg = "words"): Failure => describeAnswer(status, { code, msg });
const transport = (code: string): Failure => describeFailure(Object.assign(new Error("x"), { code }));

/** One line per row of the table, in its order: a failure as it comes from the exchange, what a read is told and what a write means. */
const cases: readonly (readonly [row: string, failure: Failure, read: string, write: string])[] = [
  ["tooManyOrders", coded(429, -1015), "retryable", "busy"],
  ["throttled", coded(503, -1008, "Request throttled by system-level protection."), "retryable", "busy"],
  ["tooManyRequests", coded(429, -1003), "banned", "busy"],
  ["addressBanned", coded(418, -1003), "banned", "busy"],
  ["tooManyRequestsByCode", coded(400, -1003), "banned", "busy"],
  ["restrictedRegion", coded(451, 0, "Service unavailable from a restricted location"), "fatal", "other"],
  [
    "unknownExecution",
    describeAnswer(503, { msg: "Unknown error, please check your request or try again later." }),
    "retryable",
    "unknown",
  ],
  ["serviceUnavailable", describeAnswer(503, { msg: "Service Unavailable." }), "retryable", "busy"],
  ["outcomeUnknown", coded(408, -1007), "retryable", "unknown"],
  ["clockSkew", coded(400, -1021), "retryable", "busy"],
  ["keyRefused", coded(401, -2015), "fatal", "other"],
  ["signatureRefused", coded(400, -1022), "fatal", "other"],
  ["alreadySo", coded(400, -4046), "fatal", "alreadySo"],
  ["orderUnknown", coded(400, -2013), "fatal", "other"],
  ["duplicateClientOrderId", coded(400, -4116), "fatal", "other"],
  ["wouldTriggerImmediately", coded(400, -2021), "fatal", "wouldTriggerImmediately"],
  ["needsPosition", coded(400, -4509), "fatal", "needsPosition"],
  ["alreadyProtected", coded(400, -4130), "fatal", "alreadyProtected"],
  ["nothingToReduce", coded(400, -2022), "fatal", "nothingToReduce"],
  ["stopTriggering", coded(400, -4117), "retryable", "busy"],
  ["positionModeDiffers", coded(400, -4061), "fatal", "other"],
  ["marginModeLocked", coded(400, -4048), "fatal", "other"],
  ["leverageRefused", coded(400, -2027), "fatal", "other"],
  ["insufficientBalance", coded(400, -2019), "fatal", "other"],
  ["tooManyOpenOrders", coded(400, -4045), "fatal", "other"],
  ["filterFailed", coded(400, -4164), "fatal", "limitsBroken"],
  ["symbolClosed", coded(400, -4411), "fatal", "other"],
  ["noFill", coded(400, -4131), "fatal", "other"],
  ["accountRestricted", coded(400, -2023), "fatal", "other"],
  ["conditionalOrdersMoved", coded(400, -4120), "fatal", "other"],
  ["unreachable", transport("ECONNREFUSED"), "retryable", "busy"],
  ["untrustedCertificate", transport("DEPTH_ZERO_SELF_SIGNED_CERT"), "fatal", "other"],
  ["neverBuilt", transport("ERR_INVALID_CHAR"), "fatal", "other"],
  ["timeout", transport("ECONNABORTED"), "retryable", "unknown"],
  ["connectionLost", transport("ECONNRESET"), "retryable", "unknown"],
  ["firewall", describeAnswer(403, "<html><title>403 Forbidden</title></html>"), "banned", "busy"],
  ["noSuchEndpoint", describeAnswer(404, "<html></html>"), "fatal", "other"],
  ["redirected", describeAnswer(302, ""), "fatal", "other"],
  ["gateway", describeAnswer(502, "<html></html>"), "retryable", "unknown"],
  ["refused", coded(400, -1102), "fatal", "other"],
  ["notUnderstood", describeAnswer(200, "{garbage"), "retryable", "unknown"],
];

describe("the error table", () => {
  it.each(cases)("%s", (row, failure, read, write) => {
    expect(classify(failure)).toMatchObject({ name: row, read, write });
  });

  it("has a case here for every row, in the same order", () => {
    expect(cases.map(([row]) => row)).toEqual(errorTable.map(({ name }) => name));
  });

  it("names every code once", () => {
    const codes = errorTable.flatMap((row) => row.codes ?? []);

    expect(codes).toHaveLength(new Set(codes).size);
  });

  it("reaches each code's own row whatever status it comes with, except those that mean silence or region", () => {
    for (const row of errorTable) {
      for (const code of row.codes ?? []) {
        for (const status of [200, 400, 401, 403, 404, 500, 503])
          expect(classify(coded(status, code)).name, `${code} ${status}`).toBe(row.name);
      }
    }
  });

  it.each([
    ["a 503 in other words", describeAnswer(503, "<html><title>503 Backend</title></html>")],
    ["a 408 without a code", describeAnswer(408, "")],
    ["a 500", describeAnswer(500, "")],
    ["a 202", describeAnswer(202, "")],
    ["a status that does not exist", describeAnswer(599, "")],
    ["a code that does not exist with a server's status", coded(500, -9999)],
    ["a transport error that nobody knows", transport("EWEIRD")],
    ["a timeout in the middle of the answer", transport("ETIMEDOUT")],
  ])("never believes that nothing happened after %s", (_what, failure) => {
    expect(classify(failure).write).toBe("unknown");
  });
});

describe("sentenceFor", () => {
  it("says it in one line with what the exchange said and its code", () => {
    const failure = coded(400, -2019, "Margin is insufficient.");

    expect(sentenceFor(classify(failure), failure, "fapi.binance.com")).toBe(
      'the account has too little available balance, it said "Margin is insufficient." (-2019)',
    );
  });

  it("names the host that cannot be reached", () => {
    const failure = transport("ENOTFOUND");

    expect(sentenceFor(classify(failure), failure, "fapi.example")).toBe(
      "cannot reach fapi.example: no network, a wrong address, or nothing listens there (ENOTFOUND)",
    );
  });
});
