import { readdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { steppedClock } from "../test/stub-exchange.ts";
import { createBan } from "./ban.ts";
import { createRestClient } from "./rest-client.ts";
import { createSdkClients } from "./sdk.ts";

describe("the SDK's clients", () => {
  const options = { baseUrl: "http://127.0.0.1:1/", readTimeoutMs: 8_000, writeTimeoutMs: 5_000 };
  const requestOptions = (client: object): unknown => Reflect.get(client, "globalRequestOptions");

  it("have a timeout each, instead of five minutes", () => {
    const { reading, writing } = createSdkClients(options);

    expect(requestOptions(reading)).toMatchObject({ timeout: 8_000, maxRedirects: 0 });
    expect(requestOptions(writing)).toMatchObject({ timeout: 5_000, maxRedirects: 0 });
  });

  it("share kept connections for http and for https", () => {
    const { reading, writing } = createSdkClients(options);
    const { httpAgent, httpsAgent } = requestOptions(reading) as { httpAgent: { maxSockets: number }; httpsAgent: { maxSockets: number } };

    expect([httpAgent.maxSockets, httpsAgent.maxSockets]).toEqual([256, 256]);
    expect(requestOptions(writing)).toMatchObject({ httpAgent, httpsAgent });
  });

  it("keep a proxy of the environment away from loopback only", () => {
    expect(requestOptions(createSdkClients(options).reading)).toMatchObject({ proxy: false });
    expect(requestOptions(createSdkClients({ ...options, baseUrl: "https://fapi.binance.com" }).reading)).not.toHaveProperty("proxy");
  });

  it("end a connection that is never established, as a read that may be repeated and an order whose outcome is unknown", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const clock = steppedClock(1_709_251_210_000);
    const client = createRestClient({
      baseUrl: `https://127.0.0.1:${port}`,
      clock,
      ban: createBan(clock),
      readTimeoutMs: 150,
      writeTimeoutMs: 150,
      credentials: { apiKey: "key", apiSecret: "secret" },
    });

    const read = await client.readPublic("fapi/v1/time").catch((error: unknown) => error);
    const written = await client.write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry");
    silent.close();

    expect(read).toMatchObject({ kind: "retryable" });
    expect(String(read)).toContain(`127.0.0.1:${port} did not answer in time`);
    expect(written).toMatchObject({ answer: "unknown" });
  });
});

describe("what of the SDK is used", () => {
  const sources = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => ({ name, text: readFileSync(`${import.meta.dirname}/${name}`, "utf8") }));

  it("is one client, in one file", () => {
    expect(sources.filter(({ text }) => /from "binance/.test(text)).map(({ name }) => name)).toEqual(["sdk.ts"]);
  });

  it("is neither its order methods, which tag and print orders, nor its float rounding", () => {
    const avoided = /submitNew|submitMultiple|modifyOrder|roundTo(Tick|Step)Size|generateNewOrderId|syncTime|beautifyResponses/;

    expect(sources.filter(({ text }) => avoided.test(text)).map(({ name }) => name)).toEqual([]);
  });
});
