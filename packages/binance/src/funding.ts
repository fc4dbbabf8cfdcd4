import type { Clock } from "@winiswin/application/ports/clock";
import { asUsdt, type Usdt, zeroUsdt } from "@winiswin/domain/decimal";
import * as z from "zod";
import type { RestClient } from "./rest-client.ts";
import { parseAnswer, wireId, wireUsdt } from "./wire.ts";

const wireIncomes = z.array(
  z.object({ symbol: z.string(), incomeType: z.string(), income: wireUsdt, asset: z.string(), time: z.int(), tranId: wireId }),
);

/** The span of one question, and how far back the exchange remembers: three months, of which one is February. */
const windowMs = 7 * 86_400_000;
const memoryMs = 89 * 86_400_000;
/** More than a week of hourly payments. */
const pageSize = "1000";

/** The funding fees of a symbol since an instant, summed: negative when more was paid than received. */
export const fundingSince = (client: RestClient, clock: Clock, symbol: string, sinceMs: number): Promise<Usdt> =>
  incomeSince(client, clock, symbol, "FUNDING_FEE", sinceMs);

/** What liquidations of a symbol cost beside their fills since an instant; the exchange books it as negative income. */
export const clearanceFeesSince = async (client: RestClient, clock: Clock, symbol: string, sinceMs: number): Promise<Usdt> =>
  asUsdt(zeroUsdt.minus(await incomeSince(client, clock, symbol, "INSURANCE_CLEAR", sinceMs)));

async function incomeSince(
  client: RestClient,
  clock: Clock,
  symbol: string,
  incomeType: "FUNDING_FEE" | "INSURANCE_CLEAR",
  sinceMs: number,
): Promise<Usdt> {
  const payments = new Map<string, Usdt>();
  const nowMs = clock.nowMs();
  for (let startMs = Math.max(sinceMs, nowMs - memoryMs); startMs <= nowMs; startMs += windowMs) {
    const body = await client.read("fapi/v1/income", {
      symbol,
      incomeType,
      startTime: String(startMs),
      endTime: String(startMs + windowMs - 1),
      limit: pageSize,
    });
    for (const { income, time, tranId, asset } of parseAnswer("fapi/v1/income", wireIncomes, body)) {
      if (time >= sinceMs && asset === "USDT") payments.set(`${tranId}|${time}`, income);
    }
  }
  return [...payments.values()].reduce<Usdt>((sum, payment) => asUsdt(sum.plus(payment)), zeroUsdt);
}
