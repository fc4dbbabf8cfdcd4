import { watchSystem } from "@winiswin/application/notifications/watch-system";
import * as z from "zod";
import { currentClock } from "../clock.ts";
import { configuration } from "../wiring/configuration.ts";
import { eventBus } from "../wiring/events.ts";
import { measured } from "../wiring/metrics.ts";
import { control, cycles, positions, trades } from "../wiring/tables.ts";

const scheduled = z.object({ time: z.iso.datetime() });

export const handler = measured("watchSystem", async (event: unknown): Promise<void> => {
  await watchSystem(Date.parse(scheduled.parse(event).time), {
    clock: currentClock(),
    cycles: cycles(),
    trades: trades(),
    positions: positions(),
    control: control(),
    eventBus: eventBus(),
    bot: configuration().bot,
  });
});
