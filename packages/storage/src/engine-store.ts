import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import type { EngineSnapshot, EngineStore } from "@winiswin/application/ports/engine-store";
import { type CycleId, closeTimeOfCycle } from "@winiswin/domain/cycle";
import { type Bucket, readObject, writeObject } from "./object-bucket.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

// The checksum makes a damaged snapshot unreadable instead of subtly wrong.
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } };

const cycleIdLength = "2026-11-21T10:15:00Z".length;

const keyOf = (shard: number, shardCount: number) => `engines/${shardCount}/${shard}.zst`;

/** One object per shard, replaced after every cycle; what cannot be read counts as missing, because the engines can always be built anew. */
export function createEngineStore(bucket: Bucket): EngineStore {
  return {
    async load(shard, shardCount) {
      const stored = await readObject(bucket, keyOf(shard, shardCount));
      const content = stored && (await decompress(stored.bytes).catch(() => undefined));
      return content && snapshotIn(content);
    },

    async save(shard, shardCount, { cycleId, bytes }) {
      // The cycle stands inside the checksummed content; the metadata repeats it for people.
      await writeObject(bucket, keyOf(shard, shardCount), {
        bytes: await compress(Buffer.concat([Buffer.from(cycleId, "latin1"), bytes]), compression),
        contentType: "application/zstd",
        metadata: { cycleid: cycleId, shardcount: String(shardCount) },
      });
    },
  };
}

function snapshotIn(content: Buffer): EngineSnapshot | undefined {
  const cycleId = content.toString("latin1", 0, cycleIdLength);
  return isCycleId(cycleId) ? { cycleId, bytes: new Uint8Array(content.subarray(cycleIdLength)) } : undefined;
}

function isCycleId(text: string): text is CycleId {
  try {
    closeTimeOfCycle(text);
    return true;
  } catch {
    return false;
  }
}
