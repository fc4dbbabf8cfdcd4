import { usageOf } from "@winiswin/application/commands/help";
import { commands } from "@winiswin/application/commands/registry";

/** What Telegram has to be told about the commands (setMyCommands): the same ones as everywhere, their options in words. */
export const menuOf = (): readonly { readonly command: string; readonly description: string }[] =>
  commands.map((command) => {
    const options = usageOf(command).slice(command.name.length + 2);
    const description = options === "" ? command.summary : `${options}: ${command.summary}`;
    return { command: command.name, description: description.slice(0, 256) };
  });
