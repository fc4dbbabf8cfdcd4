export { type SoakCheck, type SoakOptions, type SoakResult, soak } from "./soak.ts";
