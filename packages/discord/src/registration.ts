import type { Command } from "@winiswin/application/commands/command";
import { type CommandOption, optionsOf } from "@winiswin/application/commands/command-options";
import { commands } from "@winiswin/application/commands/registry";
import type {
  APIApplicationCommandBasicOption,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPutAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { chatCommandType, limits, optionTypes } from "./protocol.ts";

/** What Discord has to be told about the commands (bulk overwrite); throws when one breaks a limit of Discord. */
export function registrationOf(registry: readonly Command[] = commands): RESTPutAPIApplicationCommandsJSONBody {
  const body = registry.map(registrationOfCommand);
  const names = new Set(body.map(({ name }) => name));
  if (names.size !== body.length) throw new Error("two commands have the same name");
  if (body.length > limits.commands) throw new Error(`${body.length} commands are more than the ${limits.commands} that Discord accepts`);
  return body;
}

function registrationOfCommand(command: Command): RESTPostAPIChatInputApplicationCommandsJSONBody {
  const options = [...optionsOf(command)].sort((first, second) => Number(second.required) - Number(first.required));
  const where = `/${command.name}`;
  requireName(where, command.name);
  requireDescription(where, command.summary);
  if (options.length > limits.commandOptions) throw new Error(`${where} has more than ${limits.commandOptions} options`);
  const body: RESTPostAPIChatInputApplicationCommandsJSONBody = {
    type: chatCommandType,
    name: command.name,
    description: command.summary,
    // Nobody but administrators sees the commands until the server's owner says who does; the allow-list is checked all the same.
    default_member_permissions: "0",
    ...(options.length === 0 ? {} : { options: options.map((option) => registrationOfOption(where, option)) }),
  };
  const total = [
    command.name,
    command.summary,
    ...options.flatMap(({ name, description, choices = [] }) => [name, description, ...choices, ...choices]),
  ];
  const length = total.reduce((sum, content) => sum + content.length, 0);
  if (length > limits.commandTotal) throw new Error(`${where} is ${length} characters long in all, Discord accepts ${limits.commandTotal}`);
  return body;
}

function registrationOfOption(where: string, option: CommandOption): APIApplicationCommandBasicOption {
  const named = `${where} ${option.name}`;
  requireName(named, option.name);
  requireDescription(named, option.description);
  const { name, description, required, choices, minimum, maximum } = option;
  const common = { name, description, required };
  const range = { ...(minimum === undefined ? {} : { min_value: minimum }), ...(maximum === undefined ? {} : { max_value: maximum }) };
  switch (option.type) {
    case "truth":
      return { ...common, type: optionTypes.truth };
    case "integer":
      return { ...common, ...range, type: optionTypes.integer };
    case "number":
      return { ...common, ...range, type: optionTypes.number };
    case "text":
      if (choices === undefined)
        return { ...common, type: optionTypes.text, ...(option.completesFrom === undefined ? {} : { autocomplete: true }) };
      if (choices.length > limits.optionChoices || choices.some((choice) => choice.length > limits.choiceText))
        throw new Error(`${named} has more or longer choices than Discord accepts`);
      return { ...common, type: optionTypes.text, choices: choices.map((choice) => ({ name: choice, value: choice })) };
  }
}

function requireName(where: string, name: string): void {
  if (!/^[-_\p{Ll}\p{N}]{1,32}$/u.test(name))
    throw new Error(`${where}: Discord wants a name of 1 to ${limits.commandName} lower-case letters, digits, - or _`);
}

function requireDescription(where: string, description: string): void {
  if (description.length < 1 || description.length > limits.commandDescription)
    throw new Error(
      `${where}: Discord wants a description of 1 to ${limits.commandDescription} characters, this one has ${description.length}`,
    );
}
