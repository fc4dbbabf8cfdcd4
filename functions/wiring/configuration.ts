import { readFileSync } from "node:fs";
import { configurationFileVariable, parseConfiguration, usualConfigurationFile } from "@winiswin/application/configuration";
import type { ConfigurationFile } from "@winiswin/application/configuration-file";
import { once } from "./once.ts";

/** The configuration of this process; throws all its faults at once when the file or the environment is wrong. */
export const configuration = once(() => {
  const parsed = parseConfiguration(process.env, configurationFile(process.env[configurationFileVariable]));
  if (!parsed.ok) throw new Error(`The configuration is wrong: ${parsed.failure.join("; ")}`);
  return parsed.value;
});

/** The usual file need not be there; one that was asked for must. */
function configurationFile(asked: string | undefined): ConfigurationFile | undefined {
  const name = asked === undefined || asked === "" ? usualConfigurationFile : asked;
  try {
    return { name, text: readFileSync(name, "utf8") };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing && name === usualConfigurationFile) return undefined;
    throw new Error(`The configuration is wrong: ${name} cannot be read${isMissing ? ", there is no such file" : ""}`, { cause: error });
  }
}
