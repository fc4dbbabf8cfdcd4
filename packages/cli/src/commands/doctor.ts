import { resolve } from "node:path";
import { z } from "zod";
import { CommandFailure } from "../command-failure.ts";
import { findConfigurationFile } from "../configuration-file.ts";
import type { CommandContext, RunCommand } from "../context.ts";
import { exchangeFindings, lookAtExchange } from "../doctor/exchange.ts";
import { type Finding, problem } from "../doctor/finding.ts";
import { keyFindings, lookAtKey } from "../doctor/key-rights.ts";
import { checkDisk, checkNode, checkStateFolder } from "../doctor/machine.ts";
import { checkPorts } from "../doctor/ports.ts";
import { findingLines } from "../doctor/render-findings.ts";
import { checkConfiguration, checkKeys } from "../doctor/settings.ts";
import { exitCodes } from "../exit-code.ts";
import { parseFlags } from "../flags/market-flags.ts";
import { readRunning } from "../running-system.ts";

const flagsShape = {
  json: z.boolean().default(false),
  state: z.string().min(1, { error: "must name a folder" }).optional(),
};

/** Long enough for a slow connection, short enough to wait for. */
const exchangeTimeoutMs = 4_000;

/** Looks at everything that a run needs; exit code 6 when something has to be mended. */
export const runDoctor: RunCommand = async (given, context) => {
  const { terminal, environment, workingFolder, defaultStateFolder } = context;
  const flags = parseFlags(flagsShape, given);
  const stateFolder = flags.state === undefined ? defaultStateFolder : resolve(workingFolder, flags.state);
  const exchangeUrl = addressOf(environment.BINANCE_BASE_URL);
  terminal.progress(`asking ${new URL(exchangeUrl).host} for its time ...`);
  const [ports, look] = await Promise.all([checkPorts(readRunning(stateFolder)), lookAtExchange(exchangeUrl, exchangeTimeoutMs)]);
  const findings = [
    checkNode(process.versions.node),
    ports,
    checkStateFolder(stateFolder),
    checkDisk(stateFolder),
    ...configurationFindings(context),
    checkKeys(environment.BINANCE_API_KEY, environment.BINANCE_API_SECRET),
    ...exchangeFindings(look, exchangeUrl),
    ...(look.outcome === "answered" ? await rightsFindings(exchangeUrl, context) : []),
  ];
  const hasProblem = findings.some(({ level }) => level === "problem");
  if (flags.json) {
    terminal.data(
      JSON.stringify({ ok: !hasProblem, findings: findings.map((finding) => ({ ...finding, advice: finding.advice ?? null })) }),
    );
  } else {
    for (const line of findingLines(findings, terminal.colours)) terminal.data(line);
  }
  return hasProblem ? exitCodes.findings : exitCodes.ok;
};

/** Nothing without both halves of a key: one alone has its own finding, and none is needed for the simulated exchange. */
async function rightsFindings(baseUrl: string, { environment, terminal }: CommandContext): Promise<readonly Finding[]> {
  const { BINANCE_API_KEY: apiKey = "", BINANCE_API_SECRET: apiSecret = "" } = environment;
  if (apiKey === "" || apiSecret === "") return [];
  terminal.progress(`asking ${new URL(baseUrl).host} what the key may do ...`);
  return keyFindings(await lookAtKey({ baseUrl, apiKey, apiSecret }));
}

/** A file that cannot be read is a finding like any other, and the rest is looked at all the same. */
function configurationFindings(context: CommandContext): readonly Finding[] {
  try {
    return checkConfiguration(context.environment, findConfigurationFile(context));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return [problem("configuration", error.message.replace(/\.$/, ""), error.hint)];
  }
}

/** A wrong address is a finding of the configuration; the exchange itself is asked all the same. */
function addressOf(configured: string | undefined): string {
  const isUsable = configured !== undefined && URL.canParse(configured) && /^https?:$/.test(new URL(configured).protocol);
  return isUsable ? configured : "https://fapi.binance.com";
}
