import * as z from "zod/mini";

// Some perpetuals are named in Chinese characters, so letters of any script count.
const symbolForm = /^[\p{L}\p{N}_]{1,40}$/u;

/** A symbol as a person types it: btc means BTCUSDT. */
export const symbolOption = z.pipe(
  z
    .string()
    .check(
      z.trim(),
      z.regex(symbolForm, { error: "is not a symbol (expected the form BTCUSDT)" }),
      z.describe("The symbol, like BTCUSDT; BTC means BTCUSDT"),
    ),
  z.transform((typed: string): string => {
    const symbol = typed.toUpperCase();
    return /USD[TC]$/.test(symbol) ? symbol : `${symbol}USDT`;
  }),
);
