import { generateInteractionKeys, signatureHeaders } from "@winiswin/discord/signed-interaction";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { build } from "esbuild";
import { describe, expect, test, vi } from "vitest";

const keys = generateInteractionKeys();

/** What the handler reads of a function URL's event. */
function anEvent(body: string, headers: Record<string, string>, isBase64Encoded = false): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/",
    rawQueryString: "",
    headers,
    body,
    isBase64Encoded,
    requestContext: {
      accountId: "anonymous",
      apiId: "id",
      domainName: "id.lambda-url.eu-central-1.on.aws",
      domainPrefix: "id",
      http: { method: "POST", path: "/", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "Discord-Interactions/1.0" },
      requestId: "1",
      routeKey: "$default",
      stage: "$default",
      time: "21/Nov/2026:10:19:00 +0000",
      timeEpoch: 0,
    },
  };
}

describe("the Discord endpoint", () => {
  test("answers a signed PING and refuses the same with another signature", async () => {
    vi.stubEnv("SST_RESOURCE_App", '{"name":"winiswin","stage":"test"}');
    vi.stubEnv("SST_RESOURCE_DiscordPublicKey", JSON.stringify({ value: keys.publicKey }));
    vi.stubEnv("SST_RESOURCE_DiscordApplicationId", '{"value":"1"}');
    vi.stubEnv("SST_RESOURCE_Snapshots", '{"name":"snapshots"}');
    vi.stubEnv("SST_RESOURCE_CommandQueue", '{"url":"http://127.0.0.1:1/queue"}');
    vi.stubEnv("AWS_REGION", "eu-central-1");
    const { handler } = await import("./discord-interactions.ts");
    const body = '{"type":1}';
    const signed = signatureHeaders(body, keys.privateKey, Date.now());

    expect(await handler(anEvent(body, { ...signed }))).toMatchObject({ statusCode: 200, body });
    expect(await handler(anEvent(Buffer.from(body).toString("base64"), { ...signed }, true))).toMatchObject({ statusCode: 200 });
    expect(await handler(anEvent(body, { ...signed, "x-signature-ed25519": "00".repeat(64) }))).toMatchObject({ statusCode: 401 });
    expect(await handler(anEvent(body, {}))).toMatchObject({ statusCode: 401 });
  });

  test("is at most 150 KB with everything in it, without commands, exchange, tables, clients of AWS or enums of Discord", async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: ["functions/http/discord-interactions.ts"],
      bundle: true,
      minify: true,
      keepNames: true,
      platform: "node",
      format: "esm",
      mainFields: ["module", "main"],
      target: "es2024",
      write: false,
      metafile: true,
    });

    const inputs = Object.keys(metafile.inputs).join("\n");
    expect(outputFiles[0]?.contents.byteLength).toBeLessThanOrEqual(150 * 1024);
    expect(inputs).not.toMatch(
      /node_modules\/(binance|@aws-sdk|@smithy|discord-api-types)|packages\/(storage|binance|strategies|analysis)|src\/commands\//,
    );
  });
});
