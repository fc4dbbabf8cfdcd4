import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  createControlStore,
  createCycleStore,
  createEngineStore,
  createInstrumentStore,
  createOrderStore,
  createPositionStore,
  createSignalStore,
  createTradeStore,
} from "@winiswin/storage";
import { Resource } from "sst";
import { once } from "./once.ts";

const documents = once(() => DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } }));

// Path-style addresses need no name resolution per bucket, so the same client works against any endpoint.
const objects = once(() => new S3Client({ forcePathStyle: true }));

const table = (tableName: string) => ({ client: documents(), tableName });
const snapshots = () => ({ client: objects(), bucketName: Resource.Snapshots.name });

export const cycles = once(() => createCycleStore(table(Resource.Cycles.name)));
export const signals = once(() => createSignalStore(table(Resource.Signals.name)));
export const positions = once(() => createPositionStore(table(Resource.Positions.name)));
export const orders = once(() => createOrderStore(table(Resource.Orders.name)));
export const trades = once(() => createTradeStore(table(Resource.Trades.name)));
export const control = once(() => createControlStore(table(Resource.Control.name)));
export const engineStore = once(() => createEngineStore(snapshots()));
export const instruments = once(() => createInstrumentStore(snapshots()));
