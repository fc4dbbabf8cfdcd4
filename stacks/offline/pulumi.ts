import { createRequire } from "node:module";
import { join } from "node:path";
import type { RegisteredResource } from "./evaluation.ts";

interface MockArguments {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getRetainondelete(): boolean;
}

type Callback = (error: unknown, response: unknown) => void;

/** The few doors of the Pulumi runtime that the evaluation goes through. */
export interface Pulumi {
  readonly runtime: {
    setMocks(mocks: unknown, project: string, stack: string, preview: boolean, organization: string): Promise<void>;
    runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>;
  };
  output(value: unknown): { apply(use: (value: unknown) => void): unknown };
}

const accountId = "123456789012";

/** The very instance that the components use: a second copy would have a stack of its own. */
export function loadPulumi(platform: string): Pulumi {
  return createRequire(join(platform, "package.json"))("@pulumi/pulumi") as Pulumi;
}

/** Answers for AWS: resources get the names and addresses that others refer to, and each is recorded. */
export async function mockAws(platform: string, app: { name: string; stage: string; region: string }): Promise<RegisteredResource[]> {
  const resources: RegisteredResource[] = [];
  const retained = recordRetention(platform);
  const mocks = {
    newResource({ type, name, inputs }: MockArguments) {
      resources.push({ type, name, inputs: withoutSecrecy(inputs), retainedOnDelete: retained.has(`${type} ${name}`) });
      return { id: `${name}-id`, state: { ...inputs, ...addressesOf(type, name, inputs, app.region) } };
    },
    call({ token, inputs }: { token: string; inputs: Record<string, unknown> }) {
      switch (token) {
        case "aws:index/getRegion:getRegion":
          return { id: app.region, name: app.region, region: app.region };
        case "aws:index/getCallerIdentity:getCallerIdentity":
          return { accountId, arn: `arn:aws:iam::${accountId}:user/offline`, userId: "offline" };
        case "aws:index/getPartition:getPartition":
          return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" };
        case "aws:iam/getPolicyDocument:getPolicyDocument":
          return policyDocument(inputs.statements as readonly unknown[]);
        case "aws:index/getAvailabilityZones:getAvailabilityZones":
          return { id: app.region, names: ["a", "b", "c"].map((zone) => `${app.region}${zone}`), zoneIds: [] };
        case "aws:ec2/getAmi:getAmi":
          return { id: "ami-offline" };
        default:
          throw new Error(`The stacks asked AWS for ${token}, which the offline evaluation does not know.`);
      }
    },
  };
  await loadPulumi(platform).runtime.setMocks(mocks, app.name, app.stage, false, "organization");
  return resources;
}

/** AWS gives no statements back when it was given none, and the components then write no policy. */
function policyDocument(statements: readonly unknown[]) {
  return { id: "policy", json: JSON.stringify({ Statement: statements }), ...(statements.length > 0 ? { statements } : {}) };
}

function addressesOf(type: string, name: string, inputs: Record<string, unknown>, region: string): Record<string, string> {
  const physicalName = typeof inputs.name === "string" ? inputs.name : name;
  const arn = (service: string, resource: string) => ({ arn: `arn:aws:${service}:${region}:${accountId}:${resource}` });
  switch (type) {
    case "aws:sqs/queue:Queue":
      return { ...arn("sqs", physicalName), url: `https://sqs.${region}.amazonaws.com/${accountId}/${physicalName}` };
    case "aws:lambda/function:Function":
      return arn("lambda", `function:${physicalName}`);
    case "aws:lambda/functionUrl:FunctionUrl":
      return { functionUrl: `https://${name}.lambda-url.${region}.on.aws/` };
    case "aws:dynamodb/table:Table":
      return arn("dynamodb", `table/${physicalName}`);
    case "aws:cloudwatch/eventBus:EventBus":
      return arn("events", `event-bus/${physicalName}`);
    case "aws:cloudwatch/eventRule:EventRule":
      return arn("events", `rule/${physicalName}`);
    case "aws:iam/role:Role":
      return { arn: `arn:aws:iam::${accountId}:role/${physicalName}` };
    case "aws:s3/bucket:Bucket":
      return { arn: `arn:aws:s3:::${String(inputs.bucket)}` };
    case "random:index/randomBytes:RandomBytes":
      return { base64: Buffer.alloc(32, 7).toString("base64") };
    default:
      return { ...arn(type.split(/[:/]/)[1] ?? "aws", physicalName), name: physicalName };
  }
}

type Inputs = MockArguments["inputs"];

const secretMark = "4dabf18193072939515e22adb298388d";

/** What touched a secret arrives wrapped; unwrapped, a secret that got into the wrong place can be found. */
function withoutSecrecy(inputs: Inputs): Inputs {
  const unwrap = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(unwrap);
    if (typeof value !== "object" || value === null) return value;
    if (secretMark in value) return "value" in value ? unwrap(value.value) : undefined;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unwrap(part)]));
  };
  return unwrap(inputs) as Inputs;
}

/** Mocks are not told the options of a resource, so they are read from the request one layer below. */
function recordRetention(platform: string): ReadonlySet<string> {
  const retained = new Set<string>();
  const { MockMonitor } = createRequire(join(platform, "package.json"))("@pulumi/pulumi/runtime/mocks") as {
    MockMonitor: { prototype: { registerResource(request: RegisterRequest, callback: Callback): Promise<void> } };
  };
  const register = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function (request, callback) {
    if (request.getRetainondelete()) retained.add(`${request.getType()} ${request.getName()}`);
    return register.call(this, request, callback);
  };
  return retained;
}
