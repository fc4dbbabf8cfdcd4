import { describe, expect, it } from "vitest";
import { errorTable } from "./error-table.ts";
import { classify, sentenceFor } from "./errors.ts";
import { describeAnswer, describeFailure, type Failure } from "./failure.ts";

const coded = (status: number, code: number, msg = "words"): Failure => describeAnswer(status, { code, msg });
const transport = (code: string, message = "x"): Failure => describeFailure(Object.assign(new Error(message), { code }));

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
  ["requestWrong", coded(400, -1102), "fatal", "other"],
  ["amendmentRefused", coded(400, -5026), "fatal", "unknown"],
  ["unreachableMidway", transport("EHOSTUNREACH", "read EHOSTUNREACH"), "retryable", "unknown"],
  ["unreachable", transport("EHOSTUNREACH", "connect EHOSTUNREACH 1.2.3.4:443"), "retryable", "busy"],
  ["untrustedCertificate", transport("DEPTH_ZERO_SELF_SIGNED_CERT"), "fatal", "other"],
  ["neverBuilt", transport("ERR_INVALID_CHAR"), "fatal", "other"],
  ["timeout", transport("ECONNABORTED"), "retryable", "unknown"],
  [
    "neverSecured",
    transport("ECONNRESET", "Client network socket disconnected before secure TLS connection was established"),
    "retryable",
    "busy",
  ],
  ["connectionLost", transport("ECONNRESET", "read ECONNRESET"), "retryable", "unknown"],
  ["firewall", describeAnswer(403, "<html><title>403 Forbidden</title></html>"), "banned", "busy"],
  ["noSuchEndpoint", describeAnswer(404, "<html></html>"), "fatal", "other"],
  ["redirected", describeAnswer(302, ""), "fatal", "other"],
  ["gateway", describeAnswer(502, "<html></html>"), "retryable", "unknown"],
  ["refused", coded(400, -9876), "fatal", "other"],
  ["notUnderstood", describeAnswer(200, "{garbage"), "retryable", "unknown"],
];

const range = (from: number, to: number): readonly number[] => Array.from({ length: from - to + 1 }, (_, index) => from - index);

/** Every code that the exchange documents or that was met in the wild, by what it asks for. */
const documented: readonly { meaning: string; codes: readonly number[]; read: string; write: string }[] = [
  { meaning: "send again, nothing happened", codes: [-1008, -1015, -1021, -5028, -4117], read: "retryable", write: "busy" },
  { meaning: "be silent", codes: [-1003], read: "banned", write: "busy" },
  { meaning: "nobody knows, ask", codes: [-1000, -1001, -1006, -1007], read: "retryable", write: "unknown" },
  { meaning: "it is so already", codes: [-4046, -4052, -4059, -4171, -5027], read: "fatal", write: "alreadySo" },
  { meaning: "close at market", codes: [-2021, -4142], read: "fatal", write: "wouldTriggerImmediately" },
  { meaning: "wait for the position", codes: [-4509], read: "fatal", write: "needsPosition" },
  { meaning: "look what protects it", codes: [-4130], read: "fatal", write: "alreadyProtected" },
  { meaning: "look whether it is open", codes: [-2022, -4118], read: "fatal", write: "nothingToReduce" },
  {
    meaning: "read the limits anew",
    codes: [-1013, -1111, -4164, -4183, -4184, -4210, -4211, ...range(-4001, -4007), ...range(-4013, -4014), -4016, ...range(-4023, -4024)],
    read: "fatal",
    write: "limitsBroken",
  },
  {
    meaning: "do not repeat it",
    codes: [
      ...[-1002, -1011, -2014, -2015, -2017, -4056, -1022, -1016],
      ...[-1010, -1014, -1099, ...range(-1100, -1106), ...range(-1114, -1118), -1120, -1125, -1128, -1130, -1136],
      ...[-1121, -1122, -4140, -4141, -4144, -4087, -4088, -4400, -4411],
      ...[-2010, -2011, -2012, -2013, -2018, -2019, -2020, -2023, -2024, -2025, -2026, -2027, -2028],
      ...[-4015, -4028, -4045, -4047, -4048, ...range(-4060, -4062), -4067, -4068, ...range(-4105, -4107), -4109, -4116, -4120, -4131],
      ...[...range(-4135, -4139), -4161, ...range(-4167, -4170), -4192, ...range(-4202, -4209), -4401, -4402, -4403, -4405, -4407],
      ...[...range(-4517, -4519), -5021, -5022],
    ],
    read: "fatal",
    write: "other",
  },
  { meaning: "look at the order", codes: [-5024, -5025, -5026, -5029, -5043, -5047], read: "fatal", write: "unknown" },
];

describe("the error table", () => {
  it.each(cases)("%s", (row, failure, read, write) => {
    expect(classify(failure)).toMatchObject({ name: row, read, write });
  });

  it("has a case here for every row, in the same order", () => {
    expect(cases.map(([row]) => row)).toEqual(errorTable.map(({ name }) => name));
  });

  it.each(documented)("answers the codes of the documentation that mean: $meaning", ({ codes, read, write }) => {
    for (const code of codes) {
      const row = classify(coded(400, code));
      expect(row.codes, `${code} has a row of its own`).toContain(code);
      expect(row.write, String(code)).toBe(write);
      expect(row.read, String(code)).toBe(read);
    }
  });

  it("has no code that the documentation does not give", () => {
    const known = new Set(documented.flatMap(({ codes }) => codes));

    expect(errorTable.flatMap(({ codes }) => codes ?? []).filter((code) => !known.has(code))).toEqual([]);
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
    ["a 503 of somebody in between", describeAnswer(503, "<html><title>503 Service Unavailable</title></html>")],
    ["a 503 page in nearly the exchange's words", describeAnswer(503, "<html><title>Service Unavailable</title></html>")],
    ["a lost route after the request was written", transport("ENETUNREACH", "write ENETUNREACH")],
    ["a kept connection that the exchange had closed", transport("ECONNRESET", "socket hang up")],
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
