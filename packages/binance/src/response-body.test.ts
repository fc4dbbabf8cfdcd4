import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseResponseBody } from "./response-body.ts";

describe("parseResponseBody", () => {
  it("keeps every digit of an order id beyond 2^53", () => {
    const body = parseResponseBody('{"orderId":8389765612825190229,"clientOrderId":"wsw-e0","algoId": 1000000012345678 ,"id":12}');

    expect(body).toEqual({ orderId: "8389765612825190229", clientOrderId: "wsw-e0", algoId: "1000000012345678", id: 12 });
  });

  it("leaves large numbers that are no ids and texts that look like ids alone", () => {
    const text = JSON.stringify({ notionalCap: 9223372036854776000, msg: 'see "orderId":8389765612825190229, please' });

    expect(parseResponseBody(text)).toEqual(JSON.parse(text));
  });

  it("gives back what is no JSON", () => {
    expect(parseResponseBody("<html>403</html>")).toBe("<html>403</html>");
    expect(parseResponseBody('{"orderId":1')).toBe('{"orderId":1');
  });

  it("equals JSON.parse for everything without large ids", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseResponseBody(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
