import * as z from "zod/mini";
import { defineCommand } from "./command.ts";
import { askExchange } from "./exchange-answer.ts";
import { signedUsdtText, usdtText } from "./figures.ts";
import { keyValues, text } from "./view.ts";

export const balance = defineCommand({
  name: "balance",
  summary: "Wallet, available, unrealised profit and equity, as the exchange has them now",
  arguments: z.strictObject({}),
  danger: "read",
  isPrivate: true,
  async run({ gateway, clock, settings }) {
    const answer = await askExchange(gateway, (exchange) => exchange.balance());
    const common = { title: "Balance", footer: `bot ${settings.bot} · ${settings.mode}`, atMs: clock.nowMs() };
    if (!answer.ok) return { ...common, tone: "bad", blocks: [text(answer.failure)] };
    const { walletBalance, availableBalance, unrealisedProfit, equity } = answer.value;
    return {
      ...common,
      tone: "neutral",
      blocks: [
        keyValues([
          ["equity", usdtText(equity)],
          ["wallet", usdtText(walletBalance)],
          ["unrealised", signedUsdtText(unrealisedProfit)],
          ["available", usdtText(availableBalance)],
        ]),
      ],
    };
  },
});
