import { createFunction } from "./function.ts";

/** Its address is given to Telegram together with the secret that verifies each update. */
export const telegramUpdates = createFunction("telegramUpdates");
