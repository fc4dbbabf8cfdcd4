import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import * as z from "zod";
import type { RequestParameters, RestClient, WriteAnswer } from "./rest-client.ts";
import { parseAnswer } from "./wire.ts";

const wireSymbolConfig = z.array(z.object({ symbol: z.string(), marginType: z.string(), leverage: z.int().positive() }));

interface Settings {
  readonly marginType: string;
  readonly leverage: number;
}

/**
 * Isolated margin and the leverage of a symbol: read, set what differs, read again.
 *
 * The two settings know nothing of each other and are sent side by side, because the way to the exchange takes a quarter of a second. Throws
 * ExchangeError when the exchange refuses or when the second read shows anything else; an unknown outcome of a setting is settled by that
 * read, so it needs no protocol of its own.
 */
export async function prepareSymbol(client: RestClient, symbol: string, leverage: number): Promise<void> {
  const before = await readSettings(client, symbol);
  const set = (endpoint: string, setting: RequestParameters) => client.write("POST", endpoint, { symbol, ...setting }, "entry");
  const [margin, gear] = await Promise.all([
    before.marginType === "ISOLATED" ? undefined : set("fapi/v1/marginType", { marginType: "ISOLATED" }),
    before.leverage === leverage ? undefined : set("fapi/v1/leverage", { leverage: String(leverage) }),
  ]);
  const doubts = [
    ...(margin === undefined ? [] : doubtIn(margin, `isolated margin of ${symbol}`)),
    ...(gear === undefined ? [] : doubtIn(gear, `leverage ${leverage}x of ${symbol}`)),
  ];
  if (before.marginType === "ISOLATED" && before.leverage === leverage) return;
  const after = await readSettings(client, symbol);
  if (after.marginType === "ISOLATED" && after.leverage === leverage) return;
  throw new ExchangeError(
    doubts.length > 0 ? "retryable" : "fatal",
    [`${symbol} is at ${after.marginType} ${after.leverage}x and not at ISOLATED ${leverage}x as set`, ...doubts].join("; "),
  );
}

async function readSettings(client: RestClient, symbol: string): Promise<Settings> {
  const rows = parseAnswer("fapi/v1/symbolConfig", wireSymbolConfig, await client.read("fapi/v1/symbolConfig", { symbol }));
  const settings = rows.find((row) => row.symbol === symbol);
  if (settings === undefined) throw new ExchangeError("fatal", `the exchange states no settings of ${symbol}`);
  return settings;
}

function doubtIn(answer: WriteAnswer, what: string): readonly string[] {
  switch (answer.answer) {
    case "done":
    case "alreadySo":
      return [];
    case "unknown":
      return [answer.reason];
    case "rejected":
      throw new ExchangeError(
        answer.meaning === "busy" ? "retryable" : "fatal",
        `${what}: ${answer.reason}`,
        answer.code === undefined ? {} : { code: answer.code },
      );
  }
}
