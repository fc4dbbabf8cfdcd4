import { parseConfiguration } from "@winiswin/application/configuration";
import { once } from "./once.ts";

/** The configuration of this process; throws all its faults at once when the environment is wrong. */
export const configuration = once(() => {
  const parsed = parseConfiguration(process.env);
  if (!parsed.ok) throw new Error(`The configuration is wrong: ${parsed.failure.join("; ")}`);
  return parsed.value;
});
