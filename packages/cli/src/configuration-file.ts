import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { configurationFileVariable, usualConfigurationFile } from "@winiswin/application/configuration";
import type { ConfigurationFile } from "@winiswin/application/configuration-file";
import { usageFailure } from "./command-failure.ts";
import type { CommandContext } from "./context.ts";

/** A file of settings with the whole path that handlers are given. */
export interface FoundConfigurationFile extends ConfigurationFile {
  readonly path: string;
}

/** The file that is in force: the one that WINISWIN_CONFIG names, else winiswin.yaml of the checkout, which need not be there. */
export function findConfigurationFile({
  environment,
  workingFolder,
  projectFolder,
}: Pick<CommandContext, "environment" | "workingFolder" | "projectFolder">): FoundConfigurationFile | undefined {
  const asked = environment[configurationFileVariable] ?? "";
  const path = asked === "" ? join(projectFolder, usualConfigurationFile) : resolve(workingFolder, asked);
  const name = relative(workingFolder, path).startsWith("..") ? path : relative(workingFolder, path);
  try {
    return { path, name, text: readFileSync(path, "utf8") };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing && asked === "") return undefined;
    throw usageFailure(
      `The file of settings ${name} ${isMissing ? "is not there" : "cannot be read"}.`,
      asked === "" ? "Make it readable or remove it." : `${configurationFileVariable} names it: correct or remove that.`,
    );
  }
}
