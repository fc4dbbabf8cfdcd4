import { balance } from "./balance.ts";
import { block, unblock } from "./block.ts";
import { chart } from "./chart.ts";
import { close, flatten } from "./close.ts";
import type { Command } from "./command.ts";
import { cost } from "./cost.ts";
import { cycle } from "./cycle.ts";
import { halt, pause } from "./emergency.ts";
import { equity } from "./equity.ts";
import { helpCommand } from "./help.ts";
import { performance } from "./performance.ts";
import { positions } from "./positions.ts";
import { resume } from "./resume.ts";
import { signals } from "./signals.ts";
import { stats } from "./stats.ts";
import { status } from "./status.ts";
import { symbols } from "./symbols.ts";
import { trades } from "./trades.ts";
import { why } from "./why.ts";

/** Every command, in the order in which help shows them. */
export const commands: readonly Command[] = [
  status,
  balance,
  positions,
  trades,
  stats,
  performance,
  signals,
  why,
  cycle,
  symbols,
  chart,
  equity,
  pause,
  halt,
  resume,
  close,
  flatten,
  block,
  unblock,
  cost,
  helpCommand(() => commands),
];

export const findCommand = (name: string): Command | undefined => commands.find((command) => command.name === name);
