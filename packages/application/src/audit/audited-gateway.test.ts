import { allOf } from "@winiswin/testkit/all-of";
import { inMemoryAuditLog } from "@winiswin/testkit/in-memory-audit-log";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { steppedClock } from "@winiswin/testkit/stepped-clock";
import { describe, expect, it } from "vitest";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { OrderGateway, PlaceOutcome } from "../ports/order-gateway.ts";
import { auditedGateway } from "./audited-gateway.ts";

const gatewayThat = (outcome: PlaceOutcome): Pick<OrderGateway, "cancelProtection" | "prepareSymbol"> => ({
  cancelProtection: async () => outcome,
  prepareSymbol: async () => undefined,
});

describe("what changes something on the exchange without being an order", () => {
  it.each([
    [{ outcome: "accepted" }, { outcome: "canceled", detail: "its position is gone" }],
    [
      { outcome: "unknown", reason: "no answer in time" },
      { outcome: "unknown", detail: "no answer in time" },
    ],
  ] as const)("a cancellation stands in the audit with its reason and what became of it: %o", async (answer, learnt) => {
    const audit = inMemoryAuditLog();
    const gateway = auditedGateway(gatewayThat(answer), audit, steppedClock(7), recordingLogger());

    expect(await gateway.cancelProtection("BTCUSDT", "wsw-1", "its position is gone")).toEqual(answer);

    const records = await allOf(audit.records());
    expect(records.map(({ kind, symbol, details }) => [kind, symbol, JSON.parse(details)])).toEqual([
      ["cancelIntended", "BTCUSDT", { clientOrderId: "wsw-1", reason: "its position is gone" }],
      ["orderOutcome", "BTCUSDT", { clientOrderId: "wsw-1", ...learnt }],
    ]);
  });

  it("the settings of a symbol stand there before they are sent, also when the exchange refuses them", async () => {
    const audit = inMemoryAuditLog();
    const refusing: ReturnType<typeof gatewayThat> = {
      ...gatewayThat({ outcome: "accepted" }),
      prepareSymbol: () => Promise.reject(new ExchangeError("fatal", "no")),
    };
    const gateway = auditedGateway(refusing, audit, steppedClock(7), recordingLogger());

    await expect(gateway.prepareSymbol("BTCUSDT", 5)).rejects.toThrow("no");

    const [record] = await allOf(audit.records());
    expect(record).toMatchObject({ kind: "settingsIntended", symbol: "BTCUSDT" });
    expect(JSON.parse(record?.details ?? "")).toEqual({ leverage: 5, marginType: "isolated" });
  });

  it("happens although the audit is away, and the log says what is missing", async () => {
    const logger = recordingLogger();
    const broken = { append: () => Promise.reject(new Error("no table")) };
    const gateway = auditedGateway(gatewayThat({ outcome: "accepted" }), broken, steppedClock(7), logger);

    expect(await gateway.cancelProtection("BTCUSDT", "wsw-1")).toEqual({ outcome: "accepted" });

    expect(logger.lines.map(({ message }) => message)).toEqual(["not audited", "not audited"]);
  });
});
