import { devNull } from "node:os";
import { accountId, credentials, region } from "./local-aws.ts";
import { bucketNameOf, type Topology } from "./topology.ts";

export interface LinkValues {
  readonly dynamodbUrl: string;
  readonly queuesUrl: string;
  readonly eventsUrl: string;
  readonly queueUrls: Readonly<Record<string, string>>;
  /** By function name, for those that have an address. */
  readonly functionUrls: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The environment in which handlers find everything as they do on AWS: links as `Resource` reads them, service endpoints as the SDK
 * reads them.
 */
export function handlerEnvironment(topology: Topology, values: LinkValues): Record<string, string> {
  const resources = {
    App: { name: "winiswin", stage: "embedded" },
    ...Object.fromEntries(Object.keys(topology.tables).map((name) => [name, { type: "sst.aws.Dynamo", name }])),
    ...Object.fromEntries(topology.buckets.map((name) => [name, { type: "sst.aws.Bucket", name: bucketNameOf(name) }])),
    ...Object.fromEntries(Object.keys(topology.queues).map((name) => [name, { type: "sst.aws.Queue", url: values.queueUrls[name] ?? "" }])),
    ...Object.fromEntries(topology.secrets.map((name) => [name, { type: "sst.sst.Secret", value: values.secrets[name] ?? "" }])),
    ...Object.fromEntries(
      Object.keys(topology.functions).map((name) => [
        name,
        { type: "sst.aws.Function", name, ...(values.functionUrls[name] === undefined ? {} : { url: values.functionUrls[name] }) },
      ]),
    ),
    [topology.busName]: {
      type: "sst.aws.Bus",
      name: topology.busName,
      arn: `arn:aws:events:${region}:${accountId}:event-bus/${topology.busName}`,
    },
  };
  return {
    SST_RESOURCES_JSON: JSON.stringify(resources),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: values.dynamodbUrl,
    AWS_ENDPOINT_URL_S3: values.queuesUrl,
    AWS_ENDPOINT_URL_SQS: values.queuesUrl,
    AWS_ENDPOINT_URL_EVENTBRIDGE: values.eventsUrl,
    // No metadata service to be asked for keys, and nothing of a real profile of this machine.
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_CONFIG_FILE: devNull,
  };
}

/** Names that a real account may have left in the environment and that would win over the dummy keys. */
export const foreignAwsNames = ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION"] as const;
