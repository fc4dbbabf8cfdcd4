import { spawn } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";

const startMs = Date.UTC(2026, 0, 5, 0, 0, 2);
/** As many contracts as connections, one each, so that the order of the answers cannot change what is computed. */
export const connections = 8;
/** The account may send 300 orders in ten seconds and 1,200 in a minute of its own time. */
const ordersPerWindow = 280;
const windowMs = 15_000;

interface StartedExchange {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  stop(): void;
}

/** A simulator in a process of its own, as everybody uses it. */
export async function startExchange(): Promise<StartedExchange> {
  const program = fileURLToPath(new URL("../../../exchange-simulator/src/main.ts", import.meta.url));
  const options = {
    market: { kind: "generated", seed: "bench", symbols: connections },
    clock: { kind: "stepped", startMs },
    startingBalance: "10000000",
    weightLimitPerMinute: 100_000_000,
  };
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { ...JSON.parse(line.toString("utf8")), stop: () => child.kill("SIGTERM") };
}

export interface RequestRun {
  readonly requests: number;
  readonly seconds: number;
  readonly hash: string;
}

/** Sends signed requests over kept connections; between two windows of orders the clock is stepped. */
export class Requests {
  private readonly exchange: StartedExchange;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: connections });
  private nowMs = startMs;

  constructor(exchange: StartedExchange) {
    this.exchange = exchange;
  }

  close(): void {
    this.agent.destroy();
    this.exchange.stop();
  }

  async contracts(): Promise<readonly { readonly symbol: string; readonly stepSize: string; readonly price: number }[]> {
    const prices = JSON.parse(await this.send("GET", "/fapi/v2/ticker/price")) as { symbol: string; price: string }[];
    const info = JSON.parse(await this.send("GET", "/fapi/v1/exchangeInfo")) as {
      symbols: { symbol: string; filters: { filterType: string; stepSize: string }[] }[];
    };
    return info.symbols.slice(0, connections).map(({ symbol, filters }) => ({
      symbol,
      stepSize: filters.find(({ filterType }) => filterType === "LOT_SIZE")!.stepSize,
      price: Number(prices.find((one) => one.symbol === symbol)!.price),
    }));
  }

  /** Market orders, bought and sold in turn. */
  async orders(windows: number): Promise<RequestRun> {
    const contracts = await this.contracts();
    const perConnection = Math.floor(ordersPerWindow / connections / 2) * 2;
    const begunMs = performance.now();
    for (let window = 0; window < windows; window++) {
      await Promise.all(
        contracts.map(async ({ symbol, stepSize, price }) => {
          const decimals = stepSize.includes(".") ? stepSize.split(".")[1]!.length : 0;
          const quantity = Math.max(Number(stepSize), 500 / price).toFixed(decimals);
          for (let count = 0; count < perConnection; count++) {
            const side = count % 2 === 0 ? "BUY" : "SELL";
            await this.signed("POST", "/fapi/v1/order", { symbol, side, type: "MARKET", quantity });
          }
        }),
      );
      this.nowMs += windowMs;
      await this.send("POST", "/simulator/clock", JSON.stringify({ nowMs: this.nowMs }));
    }
    const seconds = (performance.now() - begunMs) / 1_000;
    const trades = await Promise.all(
      contracts.map(async ({ symbol }) => JSON.parse(await this.signed("GET", "/fapi/v1/userTrades", { symbol, limit: "1000" }))),
    );
    // Ids depend on which connection was first.
    const settled = trades
      .flat()
      .map(({ symbol, price, qty, commission, realizedPnl, time }) => [symbol, price, qty, commission, realizedPnl, time]);
    return { requests: windows * perConnection * connections, seconds, hash: hashOf(settled) };
  }

  async reads(perConnection: number): Promise<RequestRun> {
    const contracts = await this.contracts();
    const begunMs = performance.now();
    const answers = await Promise.all(
      contracts.map(async ({ symbol }) => {
        let last = "";
        for (let count = 0; count < perConnection; count++)
          last = await this.send("GET", `/fapi/v1/klines?symbol=${symbol}&interval=15m&limit=99`);
        return last;
      }),
    );
    return { requests: perConnection * connections, seconds: (performance.now() - begunMs) / 1_000, hash: hashOf(answers) };
  }

  private signed(method: string, path: string, parameters: Readonly<Record<string, string>>): Promise<string> {
    const query = new URLSearchParams({ ...parameters, timestamp: String(this.nowMs) }).toString();
    const signature = createHmac("sha256", this.exchange.apiSecret).update(query).digest("hex");
    return this.send(method, `${path}?${query}&signature=${signature}`);
  }

  private send(method: string, target: string, body = ""): Promise<string> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.exchange.url}${target}`,
        { method, agent: this.agent, headers: { "X-MBX-APIKEY": this.exchange.apiKey } },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (piece: string) => {
            text += piece;
          });
          response.on("end", () => {
            if (response.statusCode === 200) resolve(text);
            else reject(new Error(`${method} ${target.split("?")[0]} was answered with ${response.statusCode}: ${text}`));
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

const hashOf = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");
