import type { Deployment } from "./bill.ts";

/** What the topology says of a function and of a queue, as far as it is billed. */
interface Described {
  readonly functions: Readonly<Record<string, { readonly memoryMb: number }>>;
  readonly queues: Readonly<Record<string, { readonly fifo: boolean }>>;
}

/** Alarms that the stacks have whatever the queues: cycles, dispatch, guard (two), errors, protection, drawdown, ban, throttles. */
const alarmsBesideQueues = 9;

/** One alarm for the dead letters of each queue and one for failed invocations come to the others. */
export const deploymentOf = ({ functions, queues }: Described, metrics: number, fixedAddress: boolean): Deployment => ({
  functions: Object.entries(functions).map(([name, { memoryMb }]) => ({ name, memoryMb })),
  queues: Object.keys(queues),
  fifoQueues: Object.entries(queues).flatMap(([name, { fifo }]) => (fifo ? [name] : [])),
  metrics,
  alarms: alarmsBesideQueues + Object.keys(queues).length + 1,
  dashboards: 1,
  fixedAddress,
});
