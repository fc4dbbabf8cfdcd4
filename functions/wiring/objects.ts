import { S3Client } from "@aws-sdk/client-s3";
import { createEngineStore } from "@winiswin/storage/engine-store";
import { createInstrumentStore } from "@winiswin/storage/instrument-store";
import { Resource } from "sst";
import { once } from "./once.ts";

// Path-style addresses need no name resolution per bucket, so the same client works against any endpoint.
const objects = once(() => new S3Client({ forcePathStyle: true }));

const snapshots = () => ({ client: objects(), bucketName: Resource.Snapshots.name });

export const engineStore = once(() => createEngineStore(snapshots()));
export const instruments = once(() => createInstrumentStore(snapshots()));
