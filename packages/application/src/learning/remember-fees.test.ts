import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { steppedClock } from "@winiswin/testkit/stepped-clock";
import { expect, it } from "vitest";
import { rememberingFees } from "./remember-fees.ts";

function gatewayThatRemembers(remember: (rate: DecimalValue) => Promise<void>) {
  let rate = decimal("0.0004");
  const gateway = { takerFeeRate: async (_symbol: string) => rate, other: () => "untouched" };
  const fees = { takerFeeRate: async () => undefined, remember };
  const remembering = rememberingFees(gateway, fees, { clock: steppedClock(5), logger: recordingLogger() });
  return { remembering, change: (text: string) => (rate = decimal(text)) };
}

it("leaves the account's fee once for whoever cannot ask, and again when it changes", async () => {
  const kept: string[] = [];
  const { remembering, change } = gatewayThatRemembers(async (rate) => void kept.push(rate.toFixed()));
  expect((await remembering.takerFeeRate("BTCUSDT")).toFixed()).toBe("0.0004");
  await remembering.takerFeeRate("ETHUSDT");
  change("0.00032");
  await remembering.takerFeeRate("ETHUSDT");
  expect(kept).toEqual(["0.0004", "0.00032"]);
  expect(remembering.other()).toBe("untouched");
});

it("gives the fee although it cannot be remembered, and tries again the next time", async () => {
  let attempts = 0;
  const { remembering } = gatewayThatRemembers(async () => {
    attempts++;
    throw new Error("the table does not answer");
  });
  expect((await remembering.takerFeeRate("BTCUSDT")).toFixed()).toBe("0.0004");
  expect((await remembering.takerFeeRate("BTCUSDT")).toFixed()).toBe("0.0004");
  expect(attempts).toBe(2);
});
