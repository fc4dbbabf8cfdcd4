import { CreateTableCommand, DescribeTableCommand, DynamoDBClient, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, HeadBucketCommand, NotFound, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueUrlCommand, QueueDoesNotExist, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { credentials, queueArn, region } from "./local-aws.ts";
import { StartError } from "./start-error.ts";
import { bucketNameOf, deadLettersOf, type QueueDescription, type Topology, wireNameOf } from "./topology.ts";

/** Addresses of the queues by their name in the topology; dead-letter queues included. */
export type QueueUrls = Readonly<Record<string, string>>;

/** Creates what the topology names and is not there yet; what is there keeps its content. */
export async function ensureResources(topology: Topology, endpoints: { dynamodbUrl: string; queuesUrl: string }): Promise<QueueUrls> {
  const database = new DynamoDBClient({ endpoint: endpoints.dynamodbUrl, region, credentials });
  const objects = new S3Client({ endpoint: endpoints.queuesUrl, region, credentials });
  const queues = new SQSClient({ endpoint: endpoints.queuesUrl, region, credentials, useQueueUrlAsEndpoint: false });
  try {
    for (const [name, keys] of Object.entries(topology.tables)) await ensureTable(database, name, keys);
    for (const bucket of topology.buckets) await ensureBucket(objects, bucketNameOf(bucket));
    const urls: Record<string, string> = {};
    for (const [name, description] of Object.entries(topology.queues)) Object.assign(urls, await ensureQueue(queues, name, description));
    return urls;
  } finally {
    database.destroy();
    objects.destroy();
    queues.destroy();
  }
}

async function ensureTable(client: DynamoDBClient, name: string, keys: { partitionKey: string; sortKey?: string }): Promise<void> {
  const wanted = [keys.partitionKey, ...(keys.sortKey === undefined ? [] : [keys.sortKey])];
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    const present = (Table?.KeySchema ?? []).map((key) => key.AttributeName);
    if (present.join() !== wanted.join()) {
      throw new StartError(
        `The stored table ${name} has the key ${present.join(", ")} instead of ${wanted.join(", ")}: --fresh starts over.`,
      );
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: wanted.map((attribute) => ({ AttributeName: attribute, AttributeType: "S" })),
        KeySchema: wanted.map((attribute, index) => ({ AttributeName: attribute, KeyType: index === 0 ? "HASH" : "RANGE" })),
      }),
    );
  }
}

async function ensureBucket(client: S3Client, name: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: name }));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    await client.send(new CreateBucketCommand({ Bucket: name }));
  }
}

async function ensureQueue(client: SQSClient, name: string, description: QueueDescription): Promise<Record<string, string>> {
  const deadLetters = deadLettersOf(name);
  const fifo = description.fifo ? { FifoQueue: "true", ContentBasedDeduplication: "true" } : {};
  const deadLettersUrl = await createOrUpdate(client, wireNameOf(deadLetters, description.fifo), fifo, {
    MessageRetentionPeriod: String(14 * 86_400),
  });
  const url = await createOrUpdate(client, wireNameOf(name, description.fifo), fifo, {
    VisibilityTimeout: String(description.visibilityTimeoutSeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: queueArn(wireNameOf(deadLetters, description.fifo)),
      maxReceiveCount: description.maximumReceives,
    }),
  });
  return { [name]: url, [deadLetters]: deadLettersUrl };
}

async function createOrUpdate(
  client: SQSClient,
  wireName: string,
  fixed: Record<string, string>,
  changeable: Record<string, string>,
): Promise<string> {
  try {
    const { QueueUrl = "" } = await client.send(new GetQueueUrlCommand({ QueueName: wireName }));
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: changeable }));
    return withoutHost(QueueUrl, await client.config.endpoint?.());
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
    const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: wireName, Attributes: { ...fixed, ...changeable } }));
    return withoutHost(QueueUrl, await client.config.endpoint?.());
  }
}

/** A stored queue remembers the port of the run that created it; only its path is still true. */
function withoutHost(queueUrl: string, endpoint: { hostname: string; port?: number } | undefined): string {
  const { pathname } = new URL(queueUrl);
  return endpoint === undefined ? queueUrl : `http://${endpoint.hostname}:${endpoint.port}${pathname}`;
}
