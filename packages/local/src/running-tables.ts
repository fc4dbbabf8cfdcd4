import { foreignAwsNames, handlerEnvironment } from "./links.ts";
import { projectTopology } from "./topology.ts";

/**
 * The tables of a running system, through the same wiring as its handlers.
 *
 * For a process of its own that hosts no handlers: links and addresses of the environment are set once, before the wiring reads them.
 */
export async function runningTables(dynamodbUrl: string) {
  for (const name of foreignAwsNames) delete process.env[name];
  const nowhere = { queuesUrl: dynamodbUrl, eventsUrl: dynamodbUrl, queueUrls: {}, functionUrls: {}, secrets: {} };
  Object.assign(process.env, handlerEnvironment(projectTopology, { dynamodbUrl, ...nowhere }));
  const { cycles, features, positions, trades } = await import("@winiswin/functions/wiring/tables");
  return { cycles: cycles(), features: features(), positions: positions(), trades: trades() };
}
