import { createInterface } from "node:readline";
import picocolors from "picocolors";
import { canRewrite, choosesColour } from "./colour-choice.ts";

export type Colours = ReturnType<typeof picocolors.createColors>;

/** Where a command writes: data to stdout, everything for people while it runs to stderr. */
export interface Terminal {
  readonly colours: Colours;
  /** Whether `progress` shows anything. */
  readonly isInteractive: boolean;
  /** A line of data on stdout. */
  data(line: string): void;
  /** A line for people on stderr. */
  say(line: string): void;
  /** Writes over the former progress line; nothing where that is not possible. */
  progress(line: string): void;
  clearProgress(): void;
  /** Whether somebody can answer. */
  readonly canAsk: boolean;
  /** A line that a person types; undefined when nobody does. */
  ask(question: string): Promise<string | undefined>;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface TerminalSetting {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly programArguments: readonly string[];
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Where answers are typed; without it nobody is asked. */
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
}

const clearLine = "\r\u001b[2K";

export function createTerminal({ environment, programArguments, stdout, stderr, stdin }: TerminalSetting): Terminal {
  const isTerminal = stderr.isTTY === true;
  const isInteractive = canRewrite(environment, isTerminal);
  const asked = isTerminal && stdin?.isTTY === true ? stdin : undefined;
  let shown = "";
  const clearProgress = () => {
    if (shown !== "") stderr.write(clearLine);
    shown = "";
  };
  return {
    colours: picocolors.createColors(choosesColour(environment, programArguments, isTerminal)),
    isInteractive,
    data: (line) => {
      clearProgress();
      stdout.write(`${line}\n`);
    },
    say: (line) => {
      clearProgress();
      stderr.write(`${line}\n`);
    },
    progress: (line) => {
      if (!isInteractive) return;
      const fitting = cutTo(line, (stderr.columns || 80) - 1);
      if (fitting === shown) return;
      stderr.write(`${clearLine}${fitting}`);
      shown = fitting;
    },
    clearProgress,
    canAsk: asked !== undefined,
    async ask(question) {
      clearProgress();
      if (asked === undefined) return undefined;
      stderr.write(question);
      return typedLine(asked);
    },
  };
}

/** One line; undefined at the end of the input. Without a prompt of its own, so that Ctrl-C stays a signal. */
function typedLine(input: NodeJS.ReadableStream): Promise<string | undefined> {
  return new Promise((resolve) => {
    const reader = createInterface({ input, terminal: false });
    reader.once("line", (line) => {
      resolve(line);
      reader.close();
    });
    reader.once("close", () => {
      input.pause();
      resolve(undefined);
    });
  });
}

/** A longer line would wrap and could not be written over; progress lines carry no colour, so characters are columns. */
const cutTo = (line: string, columns: number): string => (line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`);
