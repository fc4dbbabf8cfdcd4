import { describe, expect, it } from "vitest";
import { describeAnswer, describeFailure } from "./failure.ts";

describe("describeFailure", () => {
  it("reads status, code, message and Retry-After of an error with a response", () => {
    const thrown = {
      message: "Request failed",
      response: { status: 429, headers: { "retry-after": "12" }, data: { code: -1003, msg: "slow" } },
    };

    expect(describeFailure(thrown)).toEqual({ status: 429, code: -1003, message: "slow", systemCode: undefined, retryAfterSeconds: 12 });
  });

  it("reads the bare response that the SDK throws for a 2xx that is not 200", () => {
    expect(describeFailure({ status: 202, data: "", headers: {} })).toMatchObject({ status: 202, code: undefined });
  });

  it("reads the system code of a transport error, also from its cause", () => {
    expect(describeFailure(Object.assign(new Error("x"), { code: "ECONNRESET" }))).toMatchObject({
      status: undefined,
      systemCode: "ECONNRESET",
    });
    expect(describeFailure(new Error("x", { cause: { code: "ENOTFOUND" } }))).toMatchObject({ systemCode: "ENOTFOUND" });
  });

  it("reads the string that the SDK throws for a request it could not build", () => {
    expect(describeFailure("Invalid URL")).toMatchObject({ status: undefined, message: "Invalid URL" });
  });

  it("survives anything", () => {
    for (const thrown of [undefined, null, 7, {}, { response: null }, { response: { status: "x" } }]) {
      expect(describeFailure(thrown)).toMatchObject({ status: undefined, code: undefined });
    }
  });
});

describe("describeAnswer", () => {
  it("takes the title of an HTML page and nothing else of it", () => {
    expect(describeAnswer(403, "<html><head><title> Forbidden </title></head><body>key</body></html>").message).toBe("Forbidden");
    expect(describeAnswer(200, "garbage").message).toBe("");
  });

  it("sees no code in the 0 of a restricted region", () => {
    expect(describeAnswer(451, { code: 0, msg: "restricted location" })).toMatchObject({ status: 451, code: undefined });
  });
});
