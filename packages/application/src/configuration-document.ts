import type { EffectiveConfiguration, EffectiveSetting, Origin } from "./configuration.ts";
import type { Plain } from "./configuration-setting.ts";

/** What is in force as one JSON document; `configuration` is itself a file that can be read again. */
export interface ConfigurationDocument {
  readonly configuration: Plain;
  /** What only the environment may say, by variable. */
  readonly environment: Readonly<Record<string, string>>;
  /** By the path in the file or the variable. */
  readonly origins: Readonly<Record<string, Origin>>;
}

interface Branch {
  [key: string]: Plain | Branch;
}

export function configurationDocument({ settings }: EffectiveConfiguration): ConfigurationDocument {
  const tree: Branch = {};
  const environment: Record<string, string> = {};
  for (const { path, value } of settings) {
    if (path.length === 1) environment[path[0]!] = String(value);
    else place(tree, path, value);
  }
  return {
    configuration: tree as Plain,
    environment,
    origins: Object.fromEntries(settings.map(({ path, origin }) => [path.join("."), origin])),
  };
}

function place(tree: Branch, path: EffectiveSetting["path"], value: Plain): void {
  let branch = tree;
  for (const key of path.slice(0, -1)) {
    branch[key] ??= {};
    branch = branch[key] as Branch;
  }
  branch[path.at(-1)!] = value;
}
