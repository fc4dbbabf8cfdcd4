/** One call as IAM sees it: an action of a service on resources, which are named as the topology names them. */
export interface AwsCall {
  readonly service: "dynamodb" | "s3" | "sqs" | "events" | "sns";
  readonly action: string;
  /** Tables, queues, buses and buckets by name, objects as `Bucket/key`. */
  readonly resources: readonly string[];
  /** The partition keys of the rows that it names; undefined where it names none, or not each of them by itself. */
  readonly rows?: readonly string[];
}

/** What names on the wire are called in the topology. */
export interface Naming {
  /** Bucket by its name on the wire. */
  readonly buckets: Readonly<Record<string, string>>;
  /** Attribute that is the partition key, by table. */
  readonly partitionKeys: Readonly<Record<string, string>>;
}

export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  /** The header x-amz-target. */
  readonly target: string;
  readonly body: string;
}

/** The header in which the embedded runtime says for which function a request is made, as the key of its role would on AWS. */
export const callerHeader = "x-winiswin-function";

/** What a request asks for; undefined for one that is no call of a service known here. */
export function awsCallOf(request: AwsRequest, { buckets, partitionKeys }: Naming): AwsCall | undefined {
  const [family = "", operation = ""] = request.target.split(".");
  if (family.startsWith("DynamoDB")) return dynamodbCallOf(operation, fieldsOf(request.body), partitionKeys);
  if (family === "AmazonSQS")
    return { service: "sqs", action: operation.replace(/Batch$/, ""), resources: [queueIn(fieldsOf(request.body))] };
  if (family === "AWSEvents") return { service: "events", action: operation, resources: busesIn(fieldsOf(request.body)) };
  if (request.body.includes("Action=Publish")) return { service: "sns", action: "Publish", resources: ["textMessages"] };
  return s3CallOf(request, buckets);
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(body: string): Fields {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? (parsed as Fields) : {};
  } catch {
    return {};
  }
}

function dynamodbCallOf(action: string, fields: Fields, partitionKeys: Naming["partitionKeys"]): AwsCall {
  const call = { service: "dynamodb" as const, action, resources: tablesIn(fields) };
  const row = (fields.Key ?? fields.Item) as Fields | undefined;
  const key = row?.[partitionKeys[String(fields.TableName)] ?? ""] as { readonly S?: unknown } | undefined;
  return typeof key?.S === "string" ? { ...call, rows: [key.S] } : call;
}

function tablesIn({ TableName: table, RequestItems: batch, TransactItems: transaction }: Fields): readonly string[] {
  if (typeof table === "string") return [table];
  if (typeof batch === "object" && batch !== null) return Object.keys(batch);
  return Array.isArray(transaction)
    ? transaction.flatMap((part: Fields) => Object.values(part).flatMap((item) => tablesIn(item as Fields)))
    : [];
}

const queueIn = ({ QueueUrl: url, QueueName: name }: Fields): string =>
  String(url ?? name ?? "")
    .split("/")
    .at(-1)!
    .replace(/\.fifo$/, "");

const busesIn = ({ Entries: entries }: Fields): readonly string[] => [
  ...new Set(Array.isArray(entries) ? entries.map((entry: Fields) => String(entry.EventBusName ?? "default")) : []),
];

const objectActions: Readonly<Record<string, string>> = {
  GET: "GetObject",
  HEAD: "GetObject",
  PUT: "PutObject",
  POST: "PutObject",
  DELETE: "DeleteObject",
};

function s3CallOf({ method, path }: AwsRequest, bucketNames: Readonly<Record<string, string>>): AwsCall | undefined {
  const [, bucket = "", ...key] = decodeURIComponent(path.split("?")[0] ?? "").split("/");
  const name = bucketNames[bucket];
  if (name === undefined) return undefined;
  const objectKey = key.join("/");
  if (objectKey !== "") return { service: "s3", action: objectActions[method] ?? method, resources: [`${name}/${objectKey}`] };
  if (method === "POST") return { service: "s3", action: "DeleteObject", resources: [`${name}/*`] };
  return { service: "s3", action: method === "GET" || method === "HEAD" ? "ListBucket" : `${method}Bucket`, resources: [name] };
}
