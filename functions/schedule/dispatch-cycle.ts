import { dispatchCycle } from "@winiswin/application/analysis/dispatch-cycle";
import * as z from "zod";
import { currentClock, currentLogger } from "../clock.ts";
import { configuration } from "../wiring/configuration.ts";
import { marketData } from "../wiring/exchange.ts";
import { measured } from "../wiring/metrics.ts";
import { news } from "../wiring/news.ts";
import { instruments } from "../wiring/objects.ts";
import { analysisQueue } from "../wiring/queues.ts";
import { cycles } from "../wiring/tables.ts";

const scheduled = z.object({ time: z.iso.datetime() });

export const handler = measured("dispatchCycle", async (event: unknown): Promise<void> => {
  await dispatchCycle(Date.parse(scheduled.parse(event).time), {
    clock: currentClock(),
    logger: currentLogger(),
    marketData: marketData(),
    cycles: cycles(),
    instruments: instruments(),
    analysisQueue: analysisQueue(),
    configuration: configuration(),
    news: news(),
  });
});
