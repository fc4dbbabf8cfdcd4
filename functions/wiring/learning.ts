import type { LearningDependencies } from "@winiswin/application/learning/learn-from-shard";
import { featureNeeds } from "@winiswin/dataset/features";
import { marketData } from "./exchange.ts";
import { once } from "./once.ts";
import { features } from "./tables.ts";

/** Off unless it is asked for: what the features need makes an engine several times as heavy as a light strategy does. */
const isDatasetWanted = once((): boolean => {
  const { DATASET: wanted = "" } = process.env;
  if (!["", "true", "false"].includes(wanted))
    throw new Error(`The configuration is wrong: DATASET is "${wanted}" but must be true or false`);
  return wanted === "true";
});

/** What the engines must show beyond what the strategies need. */
export const detectorsForLearning = () => (isDatasetWanted() ? featureNeeds : []);

export const learning = once((): LearningDependencies | undefined =>
  isDatasetWanted() ? { features: features(), marketData: marketData() } : undefined,
);
