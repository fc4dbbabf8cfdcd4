import { beginTrading } from "@winiswin/application/execution/account/begin-trading";
import { readKeyRights } from "@winiswin/binance";
import { Resource } from "sst";
import { currentLogger } from "../clock.ts";
import { configuration } from "./configuration.ts";
import { connection, orderGateway } from "./exchange.ts";

let begun: Promise<void> | undefined;

/** Why nothing may be entered with the key, also when it cannot be looked at now; undefined when it may trade. */
export async function keyRefusal(): Promise<string | undefined> {
  try {
    await tradingBegun();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    currentLogger().error("the key keeps entries out", { reason });
    return reason;
  }
}

/** Once per process, before its first order; what failed is tried again by the next message. */
async function tradingBegun(): Promise<void> {
  const gateway = orderGateway();
  if (gateway === undefined) return;
  const credentials = { apiKey: Resource.BinanceApiKey.value, apiSecret: Resource.BinanceApiSecret.value };
  begun ??= beginTrading({
    gateway,
    readKeyRights: () => readKeyRights({ ...connection(), credentials }),
    configuration: configuration(),
    logger: currentLogger(),
  }).catch((error: unknown) => {
    begun = undefined;
    throw error;
  });
  return begun;
}
