export * from "./bill.ts";
export * from "./deployment.ts";
export * from "./measured.ts";
export * from "./prices.ts";
