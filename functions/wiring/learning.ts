import type { LearningDependencies } from "@winiswin/application/learning/learn-from-shard";
import { featureNeeds } from "@winiswin/dataset/features";
import { configuration } from "./configuration.ts";
import { marketData } from "./exchange.ts";
import { once } from "./once.ts";
import { accountFees, features } from "./tables.ts";

/** What the engines must show beyond what the strategies need. */
export const detectorsForLearning = () => (configuration().dataset.wanted ? featureNeeds : []);

export const learning = once((): LearningDependencies | undefined => {
  const { dataset, slippageRate, exits } = configuration();
  if (!dataset.wanted) return undefined;
  return { features: features(), marketData: marketData(), fees: accountFees(), slippageRate: Number(slippageRate.toFixed()), exits };
});
