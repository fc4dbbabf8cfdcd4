import { engineFactory } from "@winiswin/application/analysis/engine-factory";
import { scoringNeeds } from "@winiswin/strategies";
import { configuration } from "./configuration.ts";
import { detectorsForLearning } from "./learning.ts";
import { once } from "./once.ts";

/** Engines with what the enabled strategies, the modifiers of their scores and the dataset read, and nothing else. */
export const engines = once(() => engineFactory(configuration().strategies, [...scoringNeeds, ...detectorsForLearning()]));
