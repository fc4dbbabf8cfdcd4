import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createTerminal } from "./terminal.ts";

function terminalOn(stderr: { isTTY?: boolean; columns?: number }, environment: Record<string, string> = {}) {
  const written = { out: "", err: "" };
  const terminal = createTerminal({
    environment,
    programArguments: [],
    stdout: { write: (text) => (written.out += text) },
    stderr: { ...stderr, write: (text) => (written.err += text) },
  });
  return { terminal, written };
}

describe("the terminal", () => {
  it("writes data to stdout and words to stderr", () => {
    const { terminal, written } = terminalOn({});

    terminal.data("42");
    terminal.say("the answer");

    expect(written).toEqual({ out: "42\n", err: "the answer\n" });
  });

  it("writes one progress line over the other, clears it before words, and repeats nothing", () => {
    const { terminal, written } = terminalOn({ isTTY: true, columns: 80 });

    terminal.progress("1 of 2");
    terminal.progress("1 of 2");
    terminal.progress("2 of 2");
    terminal.say("done");

    expect(written.err).toBe("\r\u001b[2K1 of 2\r\u001b[2K2 of 2\r\u001b[2Kdone\n");
  });

  it("shows no progress in a pipe, on a build server or a dumb terminal", () => {
    for (const { terminal, written } of [
      terminalOn({}),
      terminalOn({ isTTY: true }, { CI: "1" }),
      terminalOn({ isTTY: true }, { TERM: "dumb" }),
    ]) {
      terminal.progress("1 of 2");

      expect(written.err).toBe("");
      expect(terminal.isInteractive).toBe(false);
    }
  });

  it("cuts a progress line that would wrap, and takes 80 columns where none are known", () => {
    const { terminal, written } = terminalOn({ isTTY: true, columns: 0 });

    terminal.progress("x".repeat(200));

    expect(written.err).toBe(`\r\u001b[2K${"x".repeat(78)}…`);
  });

  it("asks where both ends are a terminal, and takes the line that is typed or the end of the input", async () => {
    const asking = (isTTY: boolean, typed: string) => {
      const stdin = Object.assign(new PassThrough(), { isTTY });
      const written: string[] = [];
      const stderr = { isTTY: true, columns: 80, write: (text: string) => written.push(text) };
      const terminal = createTerminal({ environment: {}, programArguments: [], stdin, stdout: { write: () => true }, stderr });
      const answer = terminal.ask("Sure? ");
      stdin.end(typed);
      return { answer, written, canAsk: terminal.canAsk };
    };

    const { answer, written, canAsk } = asking(true, "live\n");
    expect(await answer).toBe("live");
    expect(written).toEqual(["Sure? "]);
    expect(canAsk).toBe(true);
    expect(await asking(true, "").answer).toBeUndefined();
    expect(await asking(false, "live\n").answer).toBeUndefined();
    expect(asking(false, "").canAsk).toBe(false);
  });
});
