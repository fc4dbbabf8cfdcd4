import { byName } from "./by-name.ts";
import { isProduction } from "./stage.ts";
import * as topology from "./topology.ts";

// Without these the links would bring rights of their own: `dynamodb:*` and `s3:*`.
sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({ properties: { name: table.name } }));
sst.Linkable.wrap(sst.aws.Bucket, (bucket) => ({ properties: { name: bucket.name } }));

export const tables = byName<topology.TableName, topology.TableDescription, sst.aws.Dynamo>(
  topology.tables,
  (name, { partitionKey, sortKey }) =>
    new sst.aws.Dynamo(name, {
      fields: sortKey ? { [partitionKey]: "string", [sortKey]: "string" } : { [partitionKey]: "string" },
      primaryIndex: sortKey ? { hashKey: partitionKey, rangeKey: sortKey } : { hashKey: partitionKey },
      ttl: topology.timeToLiveAttribute,
      deletionProtection: isProduction,
      // The component's own default, said here because losing it would go unnoticed until the day it is needed.
      transform: { table: { billingMode: "PAY_PER_REQUEST", pointInTimeRecovery: { enabled: true } } },
    }),
);

export const buckets = byName<topology.BucketName, topology.BucketDescription, sst.aws.Bucket>(
  topology.buckets,
  (name, { expireAfterDays }) =>
    new sst.aws.Bucket(name, {
      cors: false,
      lifecycle: [{ expiresIn: `${expireAfterDays} days` }],
      transform: { bucket: { forceDestroy: !isProduction } },
    }),
);
