import { auditedControl } from "@winiswin/application/audit/audited-control";
import { Interruption, silentLogger } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { expectInvariants } from "./crash-invariants.ts";
import { crashPaths, type PreparedDesk } from "./crash-paths.ts";
import type { TradingDesk } from "./trading-desk.ts";

/** A process that lives on while one of its ports throws, from the chosen call on until it recovers. */
class FailingPort extends Interruption {
  /** How often the port was asked so far. */
  asked = 0;
  private readonly port: string;
  private readonly failsFrom: number;
  private isRecovered = false;

  constructor(port: string, failsFrom = Number.POSITIVE_INFINITY) {
    super();
    this.port = port;
    this.failsFrom = failsFrom;
  }

  recover(): void {
    this.isRecovered = true;
  }

  override wrap<Port extends object>(name: string, port: Port): Port {
    if (name !== this.port) return super.wrap(name, port);
    return new Proxy(port, {
      get: (target, property, receiver) => {
        const member: unknown = Reflect.get(target, property, receiver);
        if (typeof member !== "function") return member;
        return async (...given: unknown[]) => {
          if (this.asked++ >= this.failsFrom && !this.isRecovered) throw new Error(`${name} does not answer`);
          return (member as (...given: unknown[]) => unknown).apply(target, given);
        };
      },
    });
  }
}

const minutesOfFailure = 2;
const minutesOfRecovery = 2;

async function minutes(count: number, { desk, later }: PreparedDesk, life: FailingPort, isRedelivered: boolean): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    desk.aMinuteLater();
    if (isRedelivered) {
      await desk.execute(life);
      for (const id of later) await desk.executeLater(id, life);
    }
    // While the port fails a run may end in an error: the schedule comes again.
    await desk.guard(life).catch((error: unknown) => {
      if (isRedelivered) throw error;
    });
  }
}

function expectEverythingHeldHasItsStop({ exchange }: TradingDesk, story: string): void {
  for (const symbol of exchange.held.keys()) {
    const stops = [...exchange.protections.values()].filter(
      (order) => order.symbol === symbol && order.leg === "stopLoss" && order.closePosition && order.status === "new",
    );
    expect(stops.length, `${story}: stops of ${symbol}`).toBe(1);
  }
}

/** How often a path asks a port. */
async function callsOf(port: string, prepare: () => Promise<PreparedDesk>): Promise<number> {
  const whole = new FailingPort(port);
  await (await prepare()).run(whole);
  return whole.asked;
}

const guardPaths = new Set([
  "stop hit",
  "stop vanished",
  "first target taken, stop to breakeven",
  "first target taken, then the stop in the same minute",
  "time stop",
  "funding exit",
  "close requested",
  "flatten, with a position of somebody else",
  "flatten while the entry is in doubt",
]);
const entry = crashPaths.find(({ name }) => name === "entry")!;
const guarded = crashPaths.filter(({ name }) => guardPaths.has(name));
/** What only tells: without it everything goes on but a new entry. */
const telling = new Set(["audit", "bus"]);

describe.each(["audit", "bus", "trades", "orders"])("while the port %s throws", (port) => {
  it.each([entry, ...guarded])("from any call on, nothing is left undone once it answers again: $name", async ({ name, prepare, ends }) => {
    // Where a path never asks the port, it fails all along.
    const calls = Math.max(1, await callsOf(port, prepare));
    for (let index = 0; index < calls; index++) {
      const story = `${name}: ${port} fails from its call ${index} on`;
      const prepared = await prepare();
      const life = new FailingPort(port, index);
      await prepared.run(life).catch(() => undefined);
      if (telling.has(port) && name !== "flatten while the entry is in doubt") expectEverythingHeldHasItsStop(prepared.desk, story);
      await minutes(minutesOfFailure, prepared, life, false);
      if (telling.has(port)) expectEverythingHeldHasItsStop(prepared.desk, `${story}, minutes later`);
      life.recover();
      await minutes(minutesOfRecovery, prepared, life, true);
      const outcome = await expectInvariants(prepared.desk, story);
      if (ends !== "either") expect(outcome.startsWith("closed"), `${story}: ${outcome}`).toBe(true);
    }
  });
});

describe.each([...telling])("while %s throws", (port) => {
  it("flatten halts and closes within two minutes whatever an entry had come to", async () => {
    const calls = await callsOf(port, entry.prepare);
    expect(calls).toBeGreaterThan(0);
    for (let index = 0; index < calls; index++) {
      const story = `${port} fails from its call ${index} on`;
      const prepared = await entry.prepare();
      const { desk, run } = prepared;
      const life = new FailingPort(port, index);
      await run(life).catch(() => undefined);
      const control = auditedControl(desk.control, () => life.wrap("audit", desk.audit), desk.clock, silentLogger, "ana");
      await control.setHalt({ reason: "flatten", by: "ana", atMs: desk.clock.nowMs() });
      await control.requestClose({ symbol: undefined, by: "ana", reason: "storm", atMs: desk.clock.nowMs() });
      await minutes(minutesOfFailure, prepared, life, false);

      expect([...desk.exchange.held.keys()], `${story}: held`).toEqual([]);
      expect(await desk.positions.open("main"), `${story}: stored`).toEqual([]);
      expect(await desk.control.closeRequests(), `${story}: requests`).toEqual([]);
      expect((await desk.control.halt())?.by, `${story}: halt`).toBe("ana");
    }
  });

  it("a position is told and audited less, but protected and recorded as ever", async () => {
    const desk = (await entry.prepare()).desk;
    await desk.execute();
    const life = new FailingPort(port, 0);
    desk.exchange.setPrice("BTCUSDT", "50500");
    desk.aMinuteLater();

    await desk.guard(life);
    const [position] = await desk.positions.open("main");
    desk.exchange.setPrice("BTCUSDT", "50010");
    desk.aMinuteLater();
    await desk.guard(life);

    expect(position?.state === "open" && position.stopLeg).toBe("breakeven");
    expect(await desk.trades.latest("main", 10)).toHaveLength(1);
    expect(life.asked).toBeGreaterThan(0);
  });
});

describe("an entry without the audit", () => {
  it("is not sent", async () => {
    const { desk, run } = await entry.prepare();

    await expect(run(new FailingPort("audit", 0))).rejects.toThrow("audit does not answer");

    expect(desk.exchange.received.filter((request) => request.startsWith("entry"))).toEqual([]);
  });
});
