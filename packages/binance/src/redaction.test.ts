import { describe, expect, it } from "vitest";
import { createRedaction } from "./redaction.ts";

describe("createRedaction", () => {
  const redact = createRedaction(["key-1+/=", "secret-2"]);

  it("takes out keys and secrets, plain and encoded", () => {
    expect(redact("key-1+/= and key-1%2B%2F%3D and secret-2")).toBe("[redacted] and [redacted] and [redacted]");
  });

  it("takes out the query of an address and signatures outside of one", () => {
    expect(redact("GET https://fapi.binance.com/fapi/v1/order?symbol=X&signature=abc failed")).toBe(
      "GET https://fapi.binance.com/fapi/v1/order?[redacted] failed",
    );
    expect(redact('symbol=X&signature=abc and "signature":"def"')).toBe('symbol=X&signature=[redacted] and "signature":"[redacted]"');
  });

  it("leaves other text alone, whatever secrets there are", () => {
    expect(createRedaction([""])("Timestamp for this request is outside of the recvWindow.")).toBe(
      "Timestamp for this request is outside of the recvWindow.",
    );
  });
});
