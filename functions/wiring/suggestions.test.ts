import { createInstrumentStore } from "@winiswin/storage";
import { anInstrument } from "@winiswin/testkit/instruments";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startBucket } from "../../packages/storage/test/emulated-storage.ts";

let bucket: Awaited<ReturnType<typeof startBucket>>;
beforeAll(async () => {
  bucket = await startBucket();
  const endpoint = await bucket.client.config.endpoint?.();
  vi.stubEnv("AWS_ENDPOINT_URL_S3", `http://127.0.0.1:${endpoint?.port}`);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  vi.stubEnv("SST_RESOURCE_App", '{"name":"winiswin","stage":"test"}');
  vi.stubEnv("SST_RESOURCE_Snapshots", JSON.stringify({ name: bucket.bucketName }));
});
afterAll(() => bucket.stop());

test("suggestions are the tradable symbols of the last dispatch, read once and kept; before it there are none to read", async () => {
  const { suggestions } = await import("./suggestions.ts");
  await expect(suggestions()()).rejects.toThrow("symbols.json is not readable: status 404");

  const store = createInstrumentStore(bucket);
  await store.save([
    anInstrument({ symbol: "BTCUSDT" }),
    anInstrument({ symbol: "OLDUSDT", status: "SETTLING" }),
    anInstrument({ symbol: "币安人生USDT" }),
  ]);
  const read = await suggestions()();
  await store.save([]);

  expect(read).toEqual(["BTCUSDT", "币安人生USDT"]);
  expect(await suggestions()()).toEqual(read);
});
