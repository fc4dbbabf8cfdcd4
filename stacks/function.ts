import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { bus, failedInvocations, queues } from "./messaging.ts";
import { physicalNameOf } from "./names.ts";
import { network } from "./network.ts";
import { statementsOf } from "./permissions.ts";
import { secrets } from "./secrets.ts";
import { isProduction } from "./stage.ts";
import { buckets, tables } from "./storage.ts";
import * as topology from "./topology.ts";

const linkables: Record<topology.LinkName, unknown> = { ...tables, ...buckets, ...queues, ...secrets, [topology.bus.name]: bus };

const networkPolicy = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";

export function createFunction(name: topology.FunctionName): sst.aws.Function {
  const description: topology.FunctionDescription = topology.functions[name];
  const asynchronous = topology.asynchronousInvocation(name);
  const inNetwork = network !== undefined && description.fixedAddress === true;
  const physicalName = physicalNameOf(name);
  return new sst.aws.Function(name, {
    name: physicalName,
    description: description.description,
    handler: description.handler,
    runtime: "nodejs24.x",
    architecture: "arm64",
    timeout: `${description.timeoutSeconds} seconds`,
    memory: `${description.memoryMb} MB`,
    link: topology.linksOf(description).map((link) => linkables[link]),
    permissions: statementsOf(name, physicalName),
    environment: environmentOfDeployment(),
    copyFiles: configurationFile(),
    logging: { retention: "1 month" },
    // Discord signs its requests and the handler verifies them: IAM cannot, and no browser ever calls.
    ...(description.url ? { url: { authorization: "none", cors: false } } : {}),
    ...(description.nativeLibraries ? { nodejs: { install: [...description.nativeLibraries] } } : {}),
    ...reservation(description),
    ...(inNetwork ? { vpc: network } : {}),
    ...(asynchronous === undefined ? {} : { retries: asynchronous.retries }),
    transform: {
      function: { tracingConfig: { mode: "Active" } },
      // The policy that the component attaches lets a function write into every log of the account; that of the network has no names to name.
      role: { managedPolicyArns: inNetwork ? [networkPolicy] : [] },
      eventInvokeConfig: {
        ...(asynchronous === undefined ? {} : { maximumEventAgeInSeconds: asynchronous.usefulForSeconds }),
        destinationConfig: { onFailure: { destination: failedInvocations.arn } },
      },
    },
  });
}

/** One invocation per message group or shard; a message that fails comes back alone. */
export function consume(queueName: topology.QueueName): sst.aws.Function {
  const { subscriber }: topology.QueueDescription = topology.queues[queueName];
  const queue = queues[queueName];
  const consumer = createFunction(subscriber.function);
  queue.subscribe(consumer.arn, {
    batch: { size: subscriber.batchSize, partialResponses: true },
    transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: subscriber.maximumConcurrency } } },
  });
  return consumer;
}

/** Settings travel from the environment of the deployment to the functions; what is not set keeps the default of the code. */
function environmentOfDeployment(): Record<string, string> {
  return Object.fromEntries(
    topology.environmentNames.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Each function reads `winiswin.yaml` beside its code, whatever the file is called here. */
function configurationFile(): { from: string; to: string }[] {
  const asked = process.env.WINISWIN_CONFIG || "winiswin.yaml";
  const file = resolve($cli.paths.root, asked);
  if (existsSync(file)) return [{ from: relative($cli.paths.root, file), to: "winiswin.yaml" }];
  if (process.env.WINISWIN_CONFIG) throw new Error(`WINISWIN_CONFIG names ${asked}, but there is no such file.`);
  return [];
}

/** A new AWS account allows ten concurrent runs and refuses every reservation, so personal stages reserve nothing. */
function reservation({ reservedConcurrency }: topology.FunctionDescription): Pick<sst.aws.FunctionArgs, "concurrency"> {
  const reserve = isProduction && process.env.WINISWIN_RESERVE_CONCURRENCY !== "false";
  return reserve && reservedConcurrency !== undefined ? { concurrency: { reserved: reservedConcurrency } } : {};
}
