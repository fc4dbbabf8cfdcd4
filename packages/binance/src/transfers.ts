import type { Transfer } from "@winiswin/domain/risk/equity-marks-history";
import * as z from "zod";
import type { RestClient } from "./rest-client.ts";
import { parseAnswer, wireId, wireUsdt } from "./wire.ts";

const wireIncomes = z.array(z.object({ income: wireUsdt, asset: z.string(), time: z.int(), tranId: wireId }));

const dayMs = 86_400_000;
const windowMs = 7 * dayMs;
/** The exchange remembers three months; a longer silence cannot be told. */
const memoryMs = 89 * dayMs;
const pageSize = 1_000;

/** Deposits to the futures wallet and withdrawals from it between two instants, both included, each once; weight 30 a week. */
export async function transfersBetween(client: RestClient, sinceMs: number, untilMs: number): Promise<readonly Transfer[]> {
  const transfers = new Map<string, Transfer>();
  let startMs = Math.max(sinceMs, untilMs - memoryMs);
  while (startMs <= untilMs) {
    const endMs = Math.min(startMs + windowMs - 1, untilMs);
    const body = await client.read("fapi/v1/income", {
      incomeType: "TRANSFER",
      startTime: String(startMs),
      endTime: String(endMs),
      limit: String(pageSize),
    });
    const rows = parseAnswer("fapi/v1/income", wireIncomes, body);
    for (const { income, time, tranId, asset } of rows) {
      const id = `${tranId}|${time}`;
      if (time >= sinceMs && time <= untilMs && asset === "USDT") transfers.set(id, { id, amount: income, timeMs: time });
    }
    // A full page may have been cut: go on from its last row, which is then read twice and counted once.
    const lastMs = rows.at(-1)?.time;
    startMs = rows.length >= pageSize && lastMs !== undefined && lastMs > startMs ? lastMs : endMs + 1;
  }
  return [...transfers.values()];
}
