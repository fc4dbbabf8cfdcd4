import { afterEach, describe, expect, it, vi } from "vitest";

const { settings } = vi.hoisted(() => ({ settings: { tradingEnabled: true, exchangeBaseUrl: "https://fapi.binance.com" } }));
vi.mock("./configuration.ts", () => ({ configuration: () => settings }));

const { accountVariable, mode } = await import("./mode.ts");

describe("the mode that people are told", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    Object.assign(settings, { tradingEnabled: true, exchangeBaseUrl: "https://fapi.binance.com" });
  });

  it("is told by the address where nobody says more", () => {
    vi.stubEnv(accountVariable, "");

    expect(mode()).toBe("live");
  });

  it("is the account that a stand-in on this machine takes the place of", () => {
    settings.exchangeBaseUrl = "http://127.0.0.1:4800";
    expect(mode()).toBe("paper");
    vi.stubEnv(accountVariable, "demo");

    expect(mode()).toBe("demo");
  });

  it("is signals whatever the account, as long as nothing is entered", () => {
    settings.tradingEnabled = false;
    vi.stubEnv(accountVariable, "live");

    expect(mode()).toBe("signals");
  });
});
