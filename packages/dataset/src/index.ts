export type { FeatureDescription, MarketFacts } from "./feature.ts";
export { type Features, featureDescriptions, featureNames, featureNeeds, featureSchemaVersion, featuresOf } from "./features.ts";
