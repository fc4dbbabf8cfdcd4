import { PutObjectCommand } from "@aws-sdk/client-s3";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { price, quantity, usdt } from "@winiswin/domain/decimal";
import type { Instrument } from "@winiswin/domain/instrument";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngineStore } from "../src/engine-store.ts";
import { createInstrumentStore } from "../src/instrument-store.ts";
import { readObject } from "../src/object-bucket.ts";
import { startBucket } from "./emulated-storage.ts";

const cycleId = cycleIdOf(Date.UTC(2026, 10, 21, 10, 15));

let bucket: Awaited<ReturnType<typeof startBucket>>;
beforeAll(async () => {
  bucket = await startBucket();
});
afterAll(() => bucket.stop());

test("a snapshot comes back byte for byte under its cycle, and the newest replaces the one before", async () => {
  const store = createEngineStore(bucket);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
      await store.save(2, 12, { cycleId, bytes });

      expect(await store.load(2, 12)).toEqual({ cycleId, bytes });
    }),
    { numRuns: 25 },
  );
});

test("a snapshot of three megabytes comes back whole", async () => {
  const store = createEngineStore(bucket);
  const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * index) % 251);

  await store.save(3, 12, { cycleId, bytes });

  const loaded = await store.load(3, 12);
  expect(Buffer.compare(loaded?.bytes ?? new Uint8Array(), bytes)).toBe(0);
});

test("a snapshot that is missing, of another shard count, damaged or cut off counts as none", async () => {
  const store = createEngineStore(bucket);
  await store.save(0, 12, { cycleId, bytes: new Uint8Array(1000).fill(7) });
  const stored = await readObject(bucket, "engines/12/0.zst");
  if (stored === undefined) throw new Error("the snapshot is not where it was expected");
  const put = (body: Uint8Array) =>
    bucket.client.send(new PutObjectCommand({ Bucket: bucket.bucketName, Key: "engines/12/0.zst", Body: body }));

  expect(await store.load(1, 12)).toBeUndefined();
  expect(await store.load(0, 13)).toBeUndefined();
  for (let index = 0; index < stored.bytes.length; index++) {
    await put(stored.bytes.map((byte, at) => (at === index ? byte ^ 0xff : byte)));
    expect(await store.load(0, 12), `byte ${index} flipped`).toBeUndefined();
  }
  await put(stored.bytes.subarray(0, -3));
  expect(await store.load(0, 12)).toBeUndefined();
});

test("instruments come back exactly, and loading before the first dispatch says so", async () => {
  const store = createInstrumentStore(bucket);
  const instrument: Instrument = {
    symbol: "1000PEPEUSDT",
    baseAsset: "1000PEPE",
    quoteAsset: "USDT",
    marginAsset: "USDT",
    contractType: "PERPETUAL",
    underlyingType: "COIN",
    status: "TRADING",
    onboardTimeMs: 1_683_000_000_000,
    tickSize: price("0.0000001"),
    minPrice: price("0.0000001"),
    maxPrice: price("200"),
    stepSize: quantity("1"),
    minQuantity: quantity("1"),
    maxMarketQuantity: quantity("50000000"),
    minNotional: usdt("5"),
  };

  await expect(store.load()).rejects.toThrow("first dispatched cycle");
  await store.save([instrument]);
  expect(await store.load()).toEqual([instrument]);
});
