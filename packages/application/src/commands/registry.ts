import { balance } from "./balance.ts";
import type { Command } from "./command.ts";
import { helpCommand } from "./help.ts";
import { positions } from "./positions.ts";
import { signals } from "./signals.ts";
import { stats } from "./stats.ts";
import { status } from "./status.ts";
import { why } from "./why.ts";

/** Every command, in the order in which help shows them. */
export const commands: readonly Command[] = [status, balance, positions, signals, why, stats, helpCommand(() => commands)];

export const findCommand = (name: string): Command | undefined => commands.find((command) => command.name === name);
