export { createExchangeGate, type ExchangeGate, type ExchangeGateOptions } from "./exchange-gate.ts";
export { type KeyRightsOptions, readKeyRights } from "./key-rights.ts";
export { type BinanceMarketDataOptions, createBinanceMarketData } from "./market-data.ts";
export { type BinanceOrderGatewayOptions, createBinanceOrderGateway } from "./order-gateway.ts";
