import { answeringGateway } from "@winiswin/testkit/answering-gateway";
import { aCommandContext, commandTimeMs, type StoredFacts } from "@winiswin/testkit/command-context";
import { anExchangePosition, anOpenPosition } from "@winiswin/testkit/positions";
import { steppedClock } from "@winiswin/testkit/stepped-clock";
import { describe, expect, test } from "vitest";
import type { Operator } from "../ports/messages.ts";
import { answerEmergency } from "./answer-emergency.ts";
import { answerQuestion, confirmableForMs } from "./answer-question.ts";
import type { CommandContext } from "./command.ts";
import { renderText } from "./render-text.ts";

type Context = Awaited<ReturnType<typeof aCommandContext>>;

const anna: Operator = { platform: "discord", id: "7", mayAct: true, isPrivate: true };
let asks = 0;

async function ask(context: Context, command: string, options = {}, operator = anna): Promise<string> {
  const view = await answerQuestion({ askId: `ask-${++asks}`, question: { command, options }, operator }, { ...context, operator });
  return view === undefined ? "nothing" : renderText(view);
}

async function click(context: Context, answer: string, label: string, operator = anna, askId = `ask-${++asks}`): Promise<string> {
  const key = new RegExp(`\\[${label}\\] (\\S+)`).exec(answer)?.[1];
  if (key === undefined) throw new Error(`there is no button ${label} in:\n${answer}`);
  const view = await answerQuestion({ askId, question: { button: key }, operator }, { ...context, operator });
  return view === undefined ? "nothing" : renderText(view);
}

const twoOpen = (): StoredFacts => ({
  positions: [anOpenPosition("BTCUSDT"), anOpenPosition("ETHUSDT")],
  gateway: answeringGateway({ positions: [anExchangePosition("BTCUSDT"), anExchangePosition("ETHUSDT")] }),
});

const later = (context: Context, spanMs: number): Context => ({ ...context, clock: steppedClock(commandTimeMs + spanMs) });

describe("stopping", () => {
  test("a halt is written with who and why, told to others, and shown by /status", async () => {
    const context = await aCommandContext();

    const answer = await ask(context, "halt", { reason: "storm" });

    expect(await context.control.halt()).toEqual({ reason: "storm", by: "discord:7", atMs: commandTimeMs });
    expect(answer).toContain("HALTED by discord:7 0s ago: storm.");
    expect(context.eventBus.events).toEqual([
      { type: "OperatorActed", by: "discord:7", command: "halt", effect: "entries stopped: storm", atMs: commandTimeMs },
    ]);
    expect(await ask(context, "status")).toMatch(/halted +YES/);
  });

  test("a pause is told apart, a halt replaces it, and a pause never replaces a halt", async () => {
    const context = await aCommandContext();

    expect(await ask(context, "pause")).toContain("PAUSED by discord:7 0s ago: paused.");
    expect(await ask(context, "status")).toMatch(/halted +paused/);
    await ask(context, "halt", { reason: "storm" });
    expect(await ask(context, "pause")).toContain("Stopped already. HALTED");
    expect(await context.control.halt()).toMatchObject({ reason: "storm" });
  });

  test("works from the control table alone, and when neither bus nor the former halt can be read", async () => {
    const { control, clock, logger } = await aCommandContext();
    const context = {
      clock,
      logger,
      operator: anna,
      control: { ...control, halt: () => Promise.reject(new Error("throttled")) },
      eventBus: { publish: () => Promise.reject(new Error("no bus")) },
    };

    const view = await answerEmergency({ question: { command: "halt", options: {} } }, context);

    expect(await control.halt()).toMatchObject({ reason: "halted by hand" });
    expect(renderText(view!)).toContain("could not be published");
  });

  test("says at once when nothing could be stopped", async () => {
    const { control, clock, logger, eventBus } = await aCommandContext();
    const context = { clock, logger, eventBus, operator: anna, control: { ...control, setHalt: () => Promise.reject(new Error("down")) } };

    const view = await answerEmergency({ question: { command: "pause", options: {} } }, context);

    expect(renderText(view!)).toContain("NOT stopped");
    expect(answerEmergency({ question: { command: "status", options: {} } }, context)).toBeUndefined();
    expect(answerEmergency({ question: { button: "v1:ask:halt" } }, context)).toBeUndefined();
  });

  test("ends by /resume after a confirmation", async () => {
    const context = await aCommandContext();
    expect(await ask(context, "resume")).toContain("nothing to resume");
    await ask(context, "halt", { reason: "storm" });

    const preview = await ask(context, "resume");

    expect(preview).toContain("HALTED by discord:7");
    expect(await context.control.halt()).toBeDefined();
    expect(await click(context, preview, "Yes, resume")).toContain("Resumed");
    expect(await context.control.halt()).toBeUndefined();
  });
});

describe("closing", () => {
  test("without a symbol offers what is open, then shows the effect, then asks the guard", async () => {
    const context = await aCommandContext(twoOpen());

    const choice = await ask(context, "close");
    const preview = await click(context, choice, "Close ETHUSDT");

    expect(preview).toMatch(/notional +1,005\.00 USDT/);
    expect(preview).toContain("Nothing has happened so far.");
    expect(await context.control.closeRequests()).toEqual([]);
    expect(await click(context, preview, "Yes, close ETHUSDT")).toContain("requested and stored");
    expect(await context.control.closeRequests()).toEqual([
      { symbol: "ETHUSDT", by: "discord:7", reason: "asked for by command", atMs: commandTimeMs },
    ]);
    expect(context.eventBus.events.map(({ type }) => type)).toEqual(["CloseRequested", "OperatorActed"]);
    expect(await ask(context, "status")).toContain("Being closed on request: ETHUSDT.");
  });

  test("everything halts first, and works while the exchange does not answer", async () => {
    const context = await aCommandContext({ gateway: undefined });

    const preview = await ask(context, "flatten");
    const done = await click(context, preview, "Yes, close everything");

    expect(preview).toContain("cannot be shown");
    expect(done).toContain("requested and stored");
    expect(await context.control.halt()).toMatchObject({ reason: "flatten" });
    expect(await context.control.closeRequests()).toMatchObject([{ symbol: undefined, by: "discord:7" }]);
  });

  test("stays requested when the bus is down", async () => {
    const context = await aCommandContext(twoOpen());
    const mute = { ...context, eventBus: { events: [], publish: () => Promise.reject(new Error("no bus")) } };

    const done = await click(mute, await ask(mute, "flatten"), "Yes, close everything");

    expect(done).toContain("could not be published");
    expect(await context.control.closeRequests()).toHaveLength(1);
  });

  test("asks nothing where nothing is open", async () => {
    const context = await aCommandContext({ gateway: answeringGateway({}) });

    expect(await ask(context, "close")).toContain("Nothing is open");
    expect(await ask(context, "close", { symbol: "eth" })).toContain("Nothing is open on the exchange for ETHUSDT");
  });

  test("of what only our record has says that it is forgotten without a result, and asks first", async () => {
    const context = await aCommandContext({ positions: [anOpenPosition("ETHUSDT")], gateway: answeringGateway({}) });

    const preview = await ask(context, "close", { symbol: "eth" });

    expect(preview).toContain("its result stays unknown");
    expect(await context.control.closeRequests()).toEqual([]);
    await click(context, preview, "Yes, close ETHUSDT");
    expect(await context.control.closeRequests()).toMatchObject([{ symbol: "ETHUSDT" }]);
  });
});

describe("a confirmation", () => {
  test("counts once: the second click changes nothing and writes over nothing, the same click again does", async () => {
    const context = await aCommandContext(twoOpen());
    const preview = await ask(context, "flatten");

    const first = await click(context, preview, "Yes, close everything", anna, "click-1");
    const second = await click(context, preview, "Yes, close everything", anna, "click-2");
    const again = await click(context, preview, "Yes, close everything", anna, "click-1");

    expect(first).toContain("requested");
    expect(second).toBe("nothing");
    expect(again).toContain("requested");
    expect(context.eventBus.events.filter(({ type }) => type === "OperatorActed")).toHaveLength(2);
  });

  test("ends after its time, and after a cancel", async () => {
    const context = await aCommandContext(twoOpen());
    const preview = await ask(context, "flatten");
    const other = await ask(context, "flatten");

    expect(await click(later(context, confirmableForMs(context.clock)), preview, "Yes, close everything")).toContain("Expired");
    expect(await click(context, other, "Cancel")).toContain("nothing happened");
    expect(await click(context, other, "Yes, close everything")).toBe("nothing");
    expect(await context.control.halt()).toBeUndefined();
    expect(await context.control.closeRequests()).toEqual([]);
  });

  test("belongs to the person who asked", async () => {
    const context = await aCommandContext(twoOpen());
    const preview = await ask(context, "flatten");

    expect(await click(context, preview, "Yes, close everything", { ...anna, id: "8" })).toBe("nothing");
    expect(await click(context, preview, "Yes, close everything", { ...anna, platform: "telegram" })).toBe("nothing");
    expect(await context.control.closeRequests()).toEqual([]);
    expect(await click(context, preview, "Yes, close everything")).toContain("requested");
  });

  test("that nobody opened, and a key that is none, are told", async () => {
    const context: CommandContext = await aCommandContext();

    for (const button of ["v1:yes:0011223344556677", "v1:yes:nonsense", "v1:ask:nonsense", ""]) {
      const view = await answerQuestion({ askId: "x", question: { button }, operator: anna }, context);
      expect(view?.title).toMatch(/Not understood|Unknown command/);
    }
  });
});

test("a confirmation lasts a minute of real time, whatever the clock makes of it", () => {
  const paced = (speed: number) => ({ ...steppedClock(0), realMsUntil: (atMs: number) => atMs / speed });

  expect(confirmableForMs(paced(1))).toBe(60_000);
  expect(confirmableForMs(paced(60))).toBe(3_600_000);
  expect(confirmableForMs(steppedClock(0))).toBe(3_600_000);
});

test("words behind a command are its options, and those of a halt its reason", async () => {
  const context = await aCommandContext();
  const asked = async (command: string, words: string) =>
    answerQuestion({ askId: "w", question: { command, options: {}, words }, operator: anna }, { ...context, operator: anna });

  expect((await asked("block", "eth 4 reason:news"))?.title).toBe("Blocked ETHUSDT");
  expect((await asked("chart", "eth 15m more"))?.title).toBe("Not understood");
  await answerEmergency({ question: { command: "halt", options: {}, words: "a storm comes" } }, { ...context, operator: anna });
  expect(await context.control.halt()).toMatchObject({ reason: "a storm comes" });
});

describe("permission", () => {
  test.each(["halt", "pause", "resume", "flatten", "close", "block"])("to look is none to /%s", async (command) => {
    const context = await aCommandContext(twoOpen());
    await context.control.setHalt({ reason: "r", by: "b", atMs: 1 });

    expect(await ask(context, command, { symbol: "BTCUSDT" }, { ...anna, mayAct: false })).toContain("You may look and not act");
    expect(context.eventBus.events).toEqual([]);
  });

  test("shows no money where others read along", async () => {
    const context = await aCommandContext(twoOpen());
    for (const command of ["balance", "positions", "trades", "stats", "performance", "equity", "chart", "flatten"])
      expect(await ask(context, command, {}, { ...anna, isPrivate: false })).toContain("others read along");
    expect(await ask(context, "status", {}, { ...anna, isPrivate: false })).toContain("Status");
  });
});

describe("blocking", () => {
  test("keeps entries from a symbol for hours or until it is lifted", async () => {
    const context = await aCommandContext();

    const blocked = await ask(context, "block", { symbol: "eth", hours: 4, reason: "news" });
    await ask(context, "block", { symbol: "BTCUSDT", strategy: "ict-smc" });

    expect(await context.control.symbolBlocks()).toMatchObject([
      { symbol: "ETHUSDT", reason: "news", by: "discord:7", untilMs: commandTimeMs + 4 * 3_600_000 },
      { symbol: "BTCUSDT", strategy: "ict-smc", untilMs: undefined },
    ]);
    expect(await click(context, blocked, "Unblock ETHUSDT")).toContain("Entries on ETHUSDT are possible again");
    expect(await ask(context, "unblock", { symbol: "ETHUSDT" })).toContain("There is no block of ETHUSDT");
    expect(await ask(context, "symbols")).toMatch(/BTCUSDT +ict-smc/);
  });
});
