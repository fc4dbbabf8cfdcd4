import type { Benchmark, Measurement } from "./benchmark.ts";
import { summarise, times } from "./engine/runs.ts";
import { type MatchingRun, runMatching } from "./exchange/matching-run.ts";
import { connections, type RequestRun, Requests, startExchange } from "./exchange/request-run.ts";

const symbols = 40;
const rounds = 48;
const runs = 5;

const includes = "checks, fills against the book, fees, margin, and everything that is met in the quarter of an hour to the next round";
const leavesOut = "HTTP, signatures, the state file";

/** Orders of a small bot with many contracts, matched in one thread. */
async function matching(): Promise<Measurement> {
  runMatching(symbols, 4);
  const measured: readonly MatchingRun[] = times(runs, () => runMatching(symbols, rounds));
  const [first] = measured;
  return summarise(
    measured.map(({ orders, seconds }) => orders / seconds),
    "more",
    first!.hash,
    { orders: first!.orders, trades: first!.trades, openPositions: symbols, rounds, includes, leavesOut },
  );
}

/** A simulator in its own process, asked over kept connections: what client and server reach together on this machine. */
async function requests(run: (requests: Requests) => Promise<RequestRun>): Promise<Measurement> {
  const measured: RequestRun[] = [];
  for (let count = 0; count < 3; count++) {
    const client = new Requests(await startExchange());
    try {
      measured.push(await run(client));
    } finally {
      client.close();
    }
  }
  return summarise(
    measured.map((one) => one.requests / one.seconds),
    "more",
    measured[0]!.hash,
    { requests: measured[0]!.requests, connections, includes: "client and server" },
  );
}

export const exchangeBenchmarks: readonly Benchmark[] = [
  { name: "exchange.ordersPerSecond", unit: "orders/s", run: matching },
  { name: "exchange.orderRequestsPerSecond", unit: "requests/s", run: () => requests((client) => client.orders(12)) },
  { name: "exchange.klinesRequestsPerSecond", unit: "requests/s", run: () => requests((client) => client.reads(400)) },
];
