import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { type CommandOption, optionsOf } from "./command-options.ts";
import { findCommand } from "./registry.ts";

export interface TypedCommand {
  readonly name: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Reads `/why symbol:BTCUSDT` as Discord's own input line would: options as `name:value`, values with spaces in double quotes; a value
 * alone (`/why BTCUSDT`) goes to the first option that has none yet. Whether command and values make sense is for the endpoint to say.
 */
export function parseCommandLine(line: string): Result<TypedCommand, string> {
  const [first = "", ...words] = wordsOf(line.trim());
  if (!/^\/\S+$/.test(first) || first.length < 2) return failed(`"${line}" is no command: it begins with a slash, like "/status"`);
  const typed = first.slice(1);
  const name = findCommand(typed.toLowerCase()) === undefined ? typed : typed.toLowerCase();
  const command = findCommand(name);
  const known = command === undefined ? [] : optionsOf(command);
  if (known.length === 1 && known[0]?.name === "reason") return succeeded({ name, options: freeReason(line.trim().slice(first.length)) });
  // It takes no options; what is said beside it must not keep it from being asked for.
  if (name === "flatten") return succeeded({ name, options: {} });
  const options: Record<string, string | number | boolean> = {};
  for (const word of words) {
    const parts = /^([-_\p{Ll}\p{N}]+):(.*)$/su.exec(word);
    const option = parts?.[1] ?? known.find((candidate) => options[candidate.name] === undefined)?.name;
    if (option === undefined)
      return failed(`"${unquoted(word)}" belongs to no option of /${name}: write options as name:value, like "/why symbol:BTCUSDT"`);
    if (options[option] !== undefined) return failed(`the option "${option}" is given twice`);
    const raw = parts?.[2] ?? word;
    if (raw.startsWith('"') !== (raw.length > 1 && raw.endsWith('"'))) return failed(`a double quote is not closed in ${word}`);
    if (raw === "") return failed(`the option "${option}" has no value: write ${option}:value`);
    options[option] = typedValue(
      unquoted(raw),
      known.find((candidate) => candidate.name === option),
    );
  }
  return succeeded({ name, options });
}

const longestReason = 200;

/** Who stops everything in a hurry writes as it comes: nothing about the words may keep the command from being carried out. */
function freeReason(rest: string): TypedCommand["options"] {
  const reason = unquoted(
    rest
      .trim()
      .replace(/^reason:/, "")
      .trim(),
  )
    .trim()
    .slice(0, longestReason);
  return reason === "" ? {} : { reason };
}

/** Discord's own client sends numbers and truth values typed; what does not look like one is sent as text and refused by the endpoint. */
function typedValue(raw: string, option: CommandOption | undefined): string | number | boolean {
  if (option === undefined || option.type === "text") return raw;
  if (option.type === "truth") return raw === "true" ? true : raw === "false" ? false : raw;
  return /^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : raw;
}

/** Split at spaces outside of double quotes. */
const wordsOf = (line: string): readonly string[] => line.match(/(?:[^\s"]+|"[^"]*"|")+/g) ?? [];

const unquoted = (raw: string): string => (raw.length > 1 && raw.startsWith('"') && raw.endsWith('"') ? raw.slice(1, -1) : raw);
