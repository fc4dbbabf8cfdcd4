import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { type RegisteredStrategy, registry } from "@winiswin/strategies";
import * as z from "zod";
import type { ConfiguredStrategy } from "./analysis/configured-strategy.ts";
import { entriesOf, type FileContent, unknownSentence } from "./configuration-file.ts";
import type { Plain } from "./configuration-setting.ts";

/** One strategy as the configuration leaves it. */
export interface StrategyChoice extends ConfiguredStrategy {
  readonly enabled: boolean;
  /** Keys of the file, `enabled` and `parameters.NAME`, that were given there. */
  readonly given: ReadonlySet<string>;
  /** Name, value and default of every parameter. */
  readonly shown: readonly { readonly name: string; readonly value: Plain; readonly default: Plain }[];
}

/** Every registered strategy with its switch and its parameters, judged by its own schema; each fault in one sentence. */
export function chooseStrategies(
  file: FileContent,
  registered: readonly RegisteredStrategy[] = registry,
): Result<readonly StrategyChoice[], readonly string[]> {
  const names = registered.map(({ strategy }) => strategy.name);
  const faults: string[] = [];
  for (const name of file.strategies.keys()) {
    if (!names.includes(name)) faults.push(`${file.place(["strategies", name])} ${unknownSentence(name, names, "strategies")}`);
  }
  const choices = registered.flatMap((one) => {
    const choice = chooseStrategy(one, file);
    if (choice.ok) return [choice.value];
    faults.push(...choice.failure);
    return [];
  });
  if (faults.length === 0 && !choices.some(({ enabled }) => enabled))
    faults.push(`${file.place(["strategies"])} has none that is enabled: enable one (to record signals only, leave ENABLE_TRADING unset)`);
  return faults.length > 0 ? failed(faults) : succeeded(choices);
}

const knownKeys = ["enabled", "parameters"];

function chooseStrategy(
  { strategy, isEnabledByDefault }: RegisteredStrategy,
  file: FileContent,
): Result<StrategyChoice, readonly string[]> {
  const path = ["strategies", strategy.name];
  const faults: string[] = [];
  const written = new Map(
    entriesOf(file.strategies.get(strategy.name)?.value, () =>
      faults.push(`${file.place(path)} must have the keys enabled and parameters`),
    ),
  );
  for (const key of written.keys()) {
    if (!knownKeys.includes(key))
      faults.push(`${file.place([...path, key])} ${unknownSentence(key, [...knownKeys, ...parameterNames(strategy.parameters)], "keys")}`);
  }
  const enabled = written.get("enabled") ?? isEnabledByDefault;
  if (typeof enabled !== "boolean") faults.push(`${file.place([...path, "enabled"])} is ${quoted(enabled)} but must be true or false`);

  const parametersPath = [...path, "parameters"];
  const given = Object.fromEntries(
    entriesOf(written.get("parameters"), () => faults.push(`${file.place(parametersPath)} must be a section of parameters`)).filter(
      ([, value]) => value !== null,
    ),
  );
  const parsed = strategy.parameters.safeParse(given);
  if (!parsed.success)
    faults.push(...parsed.error.issues.flatMap((issue) => sentencesOf(issue, given, strategy.parameters, parametersPath, file)));
  if (!parsed.success || faults.length > 0 || typeof enabled !== "boolean") return failed(faults);
  return succeeded({
    strategy,
    enabled,
    parameters: parsed.data,
    given: new Set([...(written.has("enabled") ? ["enabled"] : []), ...Object.keys(given).map((name) => `parameters.${name}`)]),
    shown: shownParameters(parsed.data, strategy.parameters.parse({})),
  });
}

/** Parameters as plain values; one that is no plain value cannot be shown and would not come back from a document. */
function shownParameters(parameters: unknown, defaults: unknown): StrategyChoice["shown"] {
  const plain = z.record(z.string(), z.json());
  const [values, usual] = [plain.parse(parameters), plain.parse(defaults)];
  return Object.entries(values).map(([name, value]) => ({ name, value: value as Plain, default: usual[name] as Plain }));
}

const propertySchema = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

/** What the strategy says of its parameters; nothing where its schema has no such form. */
function propertiesOf(schema: z.ZodType): Readonly<Record<string, z.output<typeof propertySchema>>> {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) => {
      const parsed = propertySchema.safeParse(property);
      return parsed.success ? [[name, parsed.data]] : [];
    }),
  );
}

const parameterNames = (schema: z.ZodType): readonly string[] => Object.keys(propertiesOf(schema));

function sentencesOf(
  issue: z.core.$ZodIssue,
  given: Readonly<Record<string, unknown>>,
  schema: z.ZodType,
  path: readonly string[],
  file: FileContent,
): readonly string[] {
  const properties = propertiesOf(schema);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${file.place([...path, key])} ${unknownSentence(key, Object.keys(properties), "parameters")}`);
  const name = String(issue.path[0] ?? "");
  const property = properties[name];
  // A rule between parameters, or a form of its own: the strategy's own words are the best there are.
  if (name === "" || property === undefined || issue.code === "custom")
    return [`${file.place(name === "" ? path : [...path, name])}: ${issue.message}`];
  const unit = property.description === undefined ? "" : `: ${property.description}`;
  return [`${file.place([...path, name])} is ${quoted(given[name])} but must be ${expected(property)}${unit}`];
}

function expected({ type, enum: choices, minimum, maximum }: z.output<typeof propertySchema>): string {
  if (choices !== undefined) return choices.join(" or ");
  if (type === "boolean") return "true or false";
  if (type !== "number" && type !== "integer") return type === undefined ? "another value" : `a ${type}`;
  const kind = type === "integer" ? "a whole number" : "a number";
  return minimum === undefined || maximum === undefined ? kind : `${kind} from ${minimum} to ${maximum}`;
}

/** What stands in the file, short enough for a sentence. */
export const quoted = (value: unknown): string => {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
  return `"${text.length > 60 ? `${text.slice(0, 59)}…` : text}"`;
};
