export { createModelProvider, type ModelProviderOptions } from "./model-provider.ts";
export { createWordProvider, type WordProviderOptions } from "./word-provider.ts";
