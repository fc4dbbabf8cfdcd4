import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { type SettingName, sections, settingNames, settings } from "./configuration-settings.ts";
import { bareName, nearestName } from "./configuration-suggestion.ts";

/** A file of settings as it was read; the name is for sentences. */
export interface ConfigurationFile {
  readonly name: string;
  readonly text: string;
}

/** Something that stands in the file, with the line of its key. */
export interface Found {
  readonly value: unknown;
  readonly line: number | undefined;
}

/** The file taken apart, its values not yet judged. */
export interface FileContent {
  readonly settings: ReadonlyMap<SettingName, Found>;
  /** By the name under `strategies:`. */
  readonly strategies: ReadonlyMap<string, Found>;
  lineOf(path: readonly string[]): number | undefined;
  /** "winiswin.yaml line 12: sizing.riskPerTradePercent" */
  place(path: readonly string[]): string;
}

export const emptyFile: FileContent = {
  settings: new Map(),
  strategies: new Map(),
  lineOf: () => undefined,
  place: (path) => path.join("."),
};

const strategiesSection = "strategies";
const sectionNames = [strategiesSection, ...sections.keys()];

/** What could be taken from the file, and what is wrong with the rest. */
export interface ReadFile {
  readonly content: FileContent;
  readonly faults: readonly string[];
}

/** Takes the file apart; what is no YAML, no known key or a secret is said in one sentence each, without its value. */
export function readConfigurationFile({ name, text }: ConfigurationFile): ReadFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    // The library's words may quote the text, and that may be a secret in the wrong place: its code and the line are enough.
    return unreadable(
      broken.map(({ code, pos }) => `${name} line ${lineCounter.linePos(pos[0]).line} is not valid YAML (${wordsOf(code)})`),
    );

  const lineOf = (path: readonly string[]) => lineOfKey(document.contents, path, lineCounter);
  const place = (path: readonly string[]) => placeText(name, lineOf(path), path);
  const faults: string[] = [];
  const found = new Map<SettingName, Found>();
  const strategies = new Map<string, Found>();

  let content: unknown;
  try {
    content = document.toJS();
  } catch {
    return unreadable([`${name} repeats itself through anchors too often: write the values out`]);
  }
  for (const [section, values] of entriesOf(content, () => faults.push(`${name} must be sections of keys: ${sectionNames.join(", ")}`))) {
    const keys = sections.get(section);
    if (keys === undefined && section !== strategiesSection) {
      faults.push(`${place([section])} ${unknownSentence(section, sectionNames, "sections")}`);
      continue;
    }
    const wrongForm = () => faults.push(`${place([section])} must be a section with keys of its own`);
    for (const [key, value] of entriesOf(values, wrongForm)) {
      const path = [section, key];
      if (keys === undefined) strategies.set(key, { value, line: lineOf(path) });
      else if (!keys.has(key)) faults.push(`${place(path)} ${unknownSentence(key, [...keys.keys()], "keys", section)}`);
      else if (value !== null) found.set(keys.get(key)!, { value, line: lineOf(path) });
    }
  }
  return { content: { settings: found, strategies, lineOf, place }, faults };
}

const unreadable = (faults: readonly string[]): ReadFile => ({ content: emptyFile, faults });

/** What a mapping holds; an empty one may also be written as nothing. */
export function entriesOf(value: unknown, otherwise: () => void): readonly (readonly [string, unknown])[] {
  if (value === null || value === undefined) return [];
  if (typeof value === "object" && !Array.isArray(value)) return Object.entries(value);
  otherwise();
  return [];
}

const secretWords = /apikey|secret|token|passw|passphrase|privatekey|publickey|webhook|credential|applicationid/;
const environmentOnly = settingNames.filter((name) => settings[name].path === undefined).map((name) => settings[name].variable ?? "");
/** What people call the switches that this file does not have. */
const otherNames: Readonly<Record<string, string>> = {
  trading: "ENABLE_TRADING",
  tradingenabled: "ENABLE_TRADING",
  binance: "BINANCE_BASE_URL",
  exchangebaseurl: "BINANCE_BASE_URL",
};

/** Why a key is refused: a secret, a switch of the environment, a key of another section, a typing error, or nothing known. */
export function unknownSentence(typed: string, known: readonly string[], kind: string, section?: string): string {
  if (secretWords.test(bareName(typed)))
    return "looks like a secret, which never belongs in this file: set it in .env or the environment, on AWS with sst secret set";
  const variable = environmentOnly.find((name) => bareName(name) === bareName(typed)) ?? otherNames[bareName(typed)];
  if (variable !== undefined && kind !== "parameters") return `is not set in this file: set ${variable} in .env or the environment`;
  const near = nearestName(typed, known);
  if (near !== undefined) return `is unknown: did you mean ${near}?`;
  const elsewhere = kind === "parameters" ? undefined : settingNames.find((name) => isMeant(name, typed, section));
  const path = elsewhere === undefined ? undefined : settings[elsewhere].path;
  if (path !== undefined) return `is unknown: did you mean ${path.join(".")}?`;
  return `is unknown: the ${kind} here are ${known.join(", ")}`;
}

/** Whether the words name a setting: by its key in any section, by its whole path or by its variable. */
function isMeant(name: SettingName, typed: string, section: string | undefined): boolean {
  const { path, variable } = settings[name];
  if (path === undefined || path[0] === section) return false;
  return [path[1], path.join("."), variable ?? ""].some((known) => bareName(known) === bareName(typed));
}

export const placeText = (name: string, line: number | undefined, path: readonly string[]): string =>
  `${name}${line === undefined ? "" : ` line ${line}`}: ${path.join(".")}`;

/** "BAD_INDENT" -> "bad indent" */
const wordsOf = (code: string): string => code.toLowerCase().replaceAll("_", " ");

function lineOfKey(contents: unknown, path: readonly string[], lineCounter: LineCounter): number | undefined {
  let node = contents;
  let line: number | undefined;
  for (const key of path) {
    if (!isMap(node)) return line;
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
    if (start === undefined) return line;
    line = lineCounter.linePos(start).line;
    node = pair?.value;
  }
  return line;
}
