import { alignedLines } from "@winiswin/application/commands/cell-text";
import { columns } from "@winiswin/application/commands/view";
import { type EffectiveConfiguration, type EffectiveSetting, effectiveConfiguration } from "@winiswin/application/configuration";
import { configurationDocument } from "@winiswin/application/configuration-document";
import { z } from "zod";
import { findConfigurationFile } from "../configuration-file.ts";
import type { CommandContext, RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { parseFlags } from "../flags/market-flags.ts";

const flagsShape = { json: z.boolean().default(false), all: z.boolean().default(false) };

/** Only whether they are there is ever shown. */
const secretNames = [
  "BINANCE_API_KEY",
  "BINANCE_API_SECRET",
  "NEWS_MODEL_API_KEY",
  "DISCORD_PUBLIC_KEY",
  "DISCORD_APPLICATION_ID",
  "DISCORD_WEBHOOK_URL",
  "DISCORD_BOT_TOKEN",
  "TELEGRAM_BOT_TOKEN",
  "TELEGRAM_WEBHOOK_SECRET",
  "SMS_PHONE_NUMBERS",
];

/** What is read elsewhere than in the configuration, with what holds when it is not set. */
const otherVariables = {
  DISCORD_API_URL: "https://discord.com/api/v10",
  DISCORD_ALLOWED_USERS: "",
  DISCORD_ALLOWED_ROLES: "",
  DISCORD_LOOKING_USERS: "",
  DISCORD_LOOKING_ROLES: "",
  TELEGRAM_API_URL: "https://api.telegram.org",
  TELEGRAM_ALLOWED_CHATS: "",
  SMS_MONTHLY_CAP: "",
  LOG_LEVEL: "info",
} as const;

/** Shows what is in force and where each value comes from; exit code 2 and every fault when something is wrong. */
export const runConfig: RunCommand = async (given, context) => {
  const flags = parseFlags(flagsShape, given);
  const { terminal, environment } = context;
  const file = findConfigurationFile(context);
  const effective = effectiveConfiguration(environment, file);
  if (!effective.ok) {
    if (flags.json) terminal.data(JSON.stringify({ ok: false, faults: effective.failure }));
    else for (const fault of effective.failure) terminal.say(`${terminal.colours.red("wrong")}  ${fault}`);
    terminal.say(`Correct ${file?.name ?? "the environment"}, .env or the environment: winiswin.yaml and .env.example name everything.`);
    return exitCodes.usage;
  }
  const others = Object.entries(otherVariables).map(([name, usual]) => ({ name, ...chosen(environment[name], usual) }));
  const secrets = Object.fromEntries(secretNames.map((name) => [name, isSet(environment[name]) ? "set" : "not set"]));
  if (flags.json) {
    const document = configurationDocument(effective.value);
    const beside = Object.fromEntries(others.map(({ name, value }) => [name, value]));
    terminal.data(
      JSON.stringify({
        ok: true,
        file: file?.path ?? null,
        ...document,
        environment: maskedAddresses({ ...document.environment, ...beside }),
        secrets,
      }),
    );
    return exitCodes.ok;
  }
  for (const line of [
    file === undefined ? "No winiswin.yaml: what the environment does not say is at its default." : `File: ${file.name}`,
    ...strategyLines(effective.value, flags.all, terminal),
    ...sectionLines(effective.value),
    "",
    "environment",
    ...alignedLines(columns("", "", ""), [
      ...effective.value.settings.filter(({ path }) => path.length === 1).map(rowOf),
      ...others.map(({ name, value, origin }) => [name, maskedAddress(value), origin]),
    ])
      .filter(isFilled)
      .map(indented),
    "",
    "secrets",
    ...alignedLines(columns("", ""), Object.entries(secrets)).filter(isFilled).map(indented),
  ])
    terminal.data(line);
  return exitCodes.ok;
};

function strategyLines({ settings }: EffectiveConfiguration, all: boolean, { colours }: CommandContext["terminal"]): readonly string[] {
  const ofStrategies = settings.filter(({ path }) => path[0] === "strategies");
  const switches = ofStrategies.filter(({ path }) => path[2] === "enabled");
  const parametersOf = (name: string) => ofStrategies.filter(({ path }) => path[1] === name && path[2] === "parameters");
  const shown = switches.filter(({ value }) => all || value === true);
  const hidden = switches.filter((one) => !shown.includes(one)).map(({ path }) => path[1]);
  return [
    "",
    "strategies",
    ...shown.flatMap(({ path, value, origin }) => [
      `  ${colours.bold(path[1] ?? "")}: ${value === true ? "enabled" : "not enabled"} (${originText(origin)})`,
      ...alignedLines(columns("", "", ""), parametersOf(path[1] ?? "").map(rowOf))
        .filter(isFilled)
        .map((line) => `    ${line}`),
    ]),
    ...(hidden.length === 0 ? [] : [`  not enabled: ${hidden.join(", ")}`]),
  ];
}

function sectionLines({ settings }: EffectiveConfiguration): readonly string[] {
  const inSections = settings.filter(({ path }) => path.length === 2);
  const sections = [...new Set(inSections.map(({ path }) => path[0] ?? ""))];
  return sections.flatMap((section) => [
    "",
    section,
    ...alignedLines(columns("", "", ""), inSections.filter(({ path }) => path[0] === section).map(rowOf))
      .filter(isFilled)
      .map(indented),
  ]);
}

function rowOf({ path, value, default: usual, origin }: EffectiveSetting): readonly string[] {
  const differs = JSON.stringify(value) !== JSON.stringify(usual);
  return [path.at(-1) ?? "", plainText(value), `${originText(origin)}${differs ? `, default ${plainText(usual)}` : ""}`];
}

const plainText = (value: EffectiveSetting["value"]): string =>
  Array.isArray(value) ? value.join(", ") || "none" : typeof value === "object" ? JSON.stringify(value) : maskedAddress(String(value));

function originText(origin: EffectiveSetting["origin"]): string {
  if (origin.kind === "default") return "default";
  if (origin.kind === "environment") return `environment ${origin.variable}`;
  return `${origin.file}${origin.line === undefined ? "" : ` line ${origin.line}`}`;
}

const indented = (line: string): string => `  ${line}`;
const isFilled = (line: string): boolean => line.trim() !== "";
const isSet = (text: string | undefined): boolean => text !== undefined && text !== "";

const chosen = (text: string | undefined, usual: string) =>
  text === undefined || text === "" ? { value: usual, origin: "default" } : { value: text, origin: "environment" };

/** A password may be part of an address. */
const maskedAddress = (text: string): string => text.replace(/\/\/[^/@\s]*@/, "//****@");

const maskedAddresses = (variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, maskedAddress(value)]));
