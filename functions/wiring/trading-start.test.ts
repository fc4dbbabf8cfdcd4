import { beforeEach, describe, expect, it, vi } from "vitest";

const { balance } = vi.hoisted(() => ({ balance: vi.fn() }));
vi.mock("sst", () => ({ Resource: { BinanceApiKey: { value: "key" }, BinanceApiSecret: { value: "secret" } } }));
vi.mock("./exchange.ts", () => ({ orderGateway: () => ({ balance }), connection: () => ({}) }));
vi.mock("./configuration.ts", async () => {
  const { parseConfiguration } = await import("@winiswin/application/configuration");
  const parsed = parseConfiguration({ ENABLE_TRADING: "true", BINANCE_BASE_URL: "https://demo-fapi.binance.com" });
  if (!parsed.ok) throw new Error(parsed.failure.join("; "));
  return { configuration: () => parsed.value };
});
vi.mock("../clock.ts", async () => {
  const { silentLogger } = await import("@winiswin/testkit");
  return { currentLogger: () => silentLogger };
});

const { keyRefusal } = await import("./trading-start.ts");

describe("keyRefusal", () => {
  beforeEach(() => balance.mockReset());

  it("says why the key keeps entries out instead of throwing, and asks again with the next message", async () => {
    const { usdt } = await import("@winiswin/domain/decimal");
    balance.mockRejectedValueOnce(new Error("the account could not be read"));
    balance.mockResolvedValue({ equity: usdt("1000") });

    expect(await keyRefusal()).toBe("the account could not be read");
    expect(await keyRefusal()).toBeUndefined();
    expect(await keyRefusal()).toBeUndefined();
    expect(balance).toHaveBeenCalledTimes(2);
  });
});
