import { dispatchCycle } from "@winiswin/application/analysis/dispatch-cycle";
import { currentClock, currentLogger } from "../clock.ts";
import { configuration } from "../wiring/configuration.ts";
import { marketData } from "../wiring/exchange.ts";
import { analysisQueue } from "../wiring/messaging.ts";
import { cycles, instruments } from "../wiring/storage.ts";

export const handler = async (): Promise<void> => {
  await dispatchCycle({
    clock: currentClock(),
    logger: currentLogger(),
    marketData: marketData(),
    cycles: cycles(),
    instruments: instruments(),
    analysisQueue: analysisQueue(),
    configuration: configuration(),
  });
};
