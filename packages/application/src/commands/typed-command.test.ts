import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./typed-command.ts";

describe("a command line", () => {
  test.each([
    ["/status", { name: "status", options: {} }],
    ["  /why symbol:BTCUSDT  ", { name: "why", options: { symbol: "BTCUSDT" } }],
    ["/why BTCUSDT", { name: "why", options: { symbol: "BTCUSDT" } }],
    ['/why symbol:"BTC USDT"', { name: "why", options: { symbol: "BTC USDT" } }],
    ["/why 币安人生USDT", { name: "why", options: { symbol: "币安人生USDT" } }],
    ["/signals cycle:2026-11-21T10:15:00Z", { name: "signals", options: { cycle: "2026-11-21T10:15:00Z" } }],
    ["/signals 2026-11-21T10:15:00Z", { name: "signals", options: { cycle: "2026-11-21T10:15:00Z" } }],
    ["/stats trades:50", { name: "stats", options: { trades: 50 } }],
    ["/stats trades:many", { name: "stats", options: { trades: "many" } }],
    ["/halt the market crashes, all out", { name: "halt", options: { reason: "the market crashes, all out" } }],
    ['/HALT reason:"storm', { name: "halt", options: { reason: '"storm' } }],
    ['/pause reason:"a storm"', { name: "pause", options: { reason: "a storm" } }],
    ["/halt", { name: "halt", options: {} }],
    [`/halt ${"x".repeat(500)}`, { name: "halt", options: { reason: "x".repeat(200) } }],
    ["/flatten now!", { name: "flatten", options: {} }],
    ["/nonsense a:b", { name: "nonsense", options: { a: "b" } }],
  ])("%s is read as Discord would", (line, expected) => {
    expect(parseCommandLine(line)).toEqual({ ok: true, value: expected });
  });

  test.each([
    ["", 'begins with a slash, like "/status"'],
    ["status", 'begins with a slash, like "/status"'],
    ["/", 'begins with a slash, like "/status"'],
    ["/status now", '"now" belongs to no option of /status'],
    ["/chart A 1h B", '"B" belongs to no option of /chart'],
    ["/why symbol:A symbol:B", 'the option "symbol" is given twice'],
    ["/why symbol:", 'the option "symbol" has no value'],
    ['/why symbol:"BTC', "a double quote is not closed"],
  ])("%j is answered with how it is meant to be written", (line, sentence) => {
    expect(parseCommandLine(line)).toMatchObject({ ok: false, failure: expect.stringContaining(sentence) });
  });
});
