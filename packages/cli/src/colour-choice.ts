/** Whether to colour: asked for or forbidden by the person, else only where somebody looks at a terminal that can. */
export function choosesColour(
  environment: Readonly<Record<string, string | undefined>>,
  programArguments: readonly string[],
  isTerminal: boolean,
): boolean {
  if (programArguments.includes("--no-color") || isSet(environment.NO_COLOR)) return false;
  if (isSet(environment.FORCE_COLOR)) return environment.FORCE_COLOR !== "0";
  return canRewrite(environment, isTerminal);
}

/** Whether one line may be written over again and again: not in a pipe, a build server or a terminal without control codes. */
export const canRewrite = (environment: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean =>
  isTerminal && environment.TERM !== "dumb" && !isSet(environment.CI);

const isSet = (value: string | undefined): boolean => value !== undefined && value !== "";
