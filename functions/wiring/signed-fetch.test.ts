import { expect, test } from "vitest";
import { signedHeaders } from "./signed-fetch.ts";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: undefined };
const scope = { service: "service", region: "us-east-1", keys, nowMs: Date.UTC(2015, 7, 30, 12, 36) };

test.each([
  ["get-vanilla", "GET", "https://example.amazonaws.com/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
  ["post-vanilla", "POST", "https://example.amazonaws.com/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
  [
    "get-vanilla-query-order-key-case",
    "GET",
    "https://example.amazonaws.com/?Param2=value2&Param1=value1",
    "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  ],
] as const)("signs as AWS's own example %s does", (_name, method, url, signature) => {
  const { authorization } = signedHeaders({ method, url, headers: {}, body: "" }, scope);

  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  );
});

test("signs what it sends beside the host, the session's token included", () => {
  const headers = signedHeaders(
    {
      method: "POST",
      url: "https://sqs.eu-central-1.amazonaws.com/",
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: "{}",
    },
    { ...scope, service: "sqs", keys: { ...keys, sessionToken: "token" } },
  );

  expect(Object.keys(headers).sort()).toEqual(["authorization", "content-type", "x-amz-date", "x-amz-security-token"]);
  expect(headers.authorization).toContain("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,");
});
