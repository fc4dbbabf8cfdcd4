import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { buildApp } from "fauxqs";
import { type TableDescription, type TableName, tables } from "../../../stacks/topology.ts";
import type { Bucket } from "../src/object-bucket.ts";
import type { Table } from "../src/table.ts";

const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const region = "eu-central-1";

export interface EmulatedTables {
  table(name: TableName): Table;
  stop(): Promise<void>;
}

/** The tables of the topology in memory, behind the real client. */
export async function startTables(): Promise<EmulatedTables> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region, credentials });
  await Promise.all(
    Object.entries<TableDescription>(tables).map(([name, { partitionKey, sortKey }]) =>
      client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [partitionKey, ...(sortKey === undefined ? [] : [sortKey])].map((attribute) => ({
            AttributeName: attribute,
            AttributeType: "S",
          })),
          KeySchema: [
            { AttributeName: partitionKey, KeyType: "HASH" },
            ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: "RANGE" as const }]),
          ],
        }),
      ),
    ),
  );
  const document = DynamoDBDocumentClient.from(client);
  return {
    table: (name) => ({ client: document, tableName: name }),
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A bucket in memory, behind the real client. */
export async function startBucket(): Promise<Bucket & { stop(): Promise<void> }> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = new S3Client({ endpoint, region, credentials });
  await client.send(new CreateBucketCommand({ Bucket: "snapshots" }));
  return {
    client,
    bucketName: "snapshots",
    async stop() {
      client.destroy();
      await app.close();
    },
  };
}
