import { type AwsCall, type AwsRequest, awsCallOf, callerHeader, type Naming } from "./aws-call.ts";
import { bucketNameOf, type Topology } from "./topology.ts";

export interface Refusal {
  readonly functionName: string;
  readonly call: AwsCall;
  /** What is not allowed, and which line would allow it. */
  readonly sentence: string;
}

export interface Authorization {
  /** The function that a request is made for: said by this process, or by the key that a process of its own signs with. */
  callerOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined;
  callOf(request: AwsRequest): AwsCall | undefined;
  /** The refusal of a call that a function has no right to; whoever says no function name administers the system and may do everything. */
  judge(functionName: string | undefined, call: AwsCall | undefined): Refusal | undefined;
  /** Whether an object that is not there may be told from one that may not be read. */
  mayList(functionName: string | undefined, call: AwsCall): boolean;
}

/** Decides as IAM would on AWS, by the same table that the stacks make their policies of. */
export function createAuthorization(
  topology: Pick<Topology, "functions" | "buckets" | "tables">,
  onRefusal: (refusal: Refusal) => void = () => undefined,
): Authorization {
  const naming: Naming = {
    buckets: Object.fromEntries(topology.buckets.map((name) => [bucketNameOf(name), name])),
    partitionKeys: Object.fromEntries(Object.entries(topology.tables).map(([name, { partitionKey }]) => [name, partitionKey])),
  };
  const rightsOf = (functionName: string | undefined) =>
    functionName === undefined ? undefined : topology.functions[functionName]?.rights;

  return {
    callerOf(headers) {
      const key = /Credential=([^/]+)\//.exec(String(headers.authorization ?? ""))?.[1] ?? "";
      return headers[callerHeader]?.toString() ?? (key in topology.functions ? key : undefined);
    },

    callOf: (request) => awsCallOf(request, naming),

    judge(functionName, call) {
      const rights = rightsOf(functionName);
      if (functionName === undefined || rights === undefined || call === undefined) return undefined;
      const { rows = [] } = call;
      const isAllowedOnRows = (resource: string) =>
        rows.length > 0 && rows.every((row) => isAllowed(rights, `${resource}/${row}`, call.action));
      const forbidden = call.resources.find((resource) => !isAllowed(rights, resource, call.action) && !isAllowedOnRows(resource));
      if (forbidden === undefined) return undefined;
      const refusal = {
        functionName,
        call,
        sentence: `${functionName} may not ${call.service}:${call.action} on ${forbidden}: add "${call.action}" to ${forbidden} in its rights, stacks/topology.ts.`,
      };
      onRefusal(refusal);
      return refusal;
    },

    mayList(functionName, call) {
      const rights = rightsOf(functionName);
      return rights === undefined || call.resources.every((resource) => isAllowed(rights, resource.split("/")[0] ?? "", "ListBucket"));
    },
  };
}

type Rights = Readonly<Record<string, readonly string[] | undefined>>;

function isAllowed(rights: Rights, resource: string, action: string): boolean {
  return Object.entries(rights).some(([pattern, actions]) => actions?.includes(action) === true && covers(pattern, resource));
}

const covers = (pattern: string, resource: string): boolean =>
  pattern.endsWith("*") ? resource.startsWith(pattern.slice(0, -1)) : pattern === resource;

/** What a service that speaks JSON answers with status 400. */
export const accessDenied = ({ sentence }: Refusal) => ({
  __type: "com.amazon.coral.service#AccessDeniedException",
  Message: sentence,
  message: sentence,
});
