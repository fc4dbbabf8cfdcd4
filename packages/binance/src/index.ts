export { type Ban, createBan } from "./ban.ts";
export { type BinanceMarketDataOptions, createBinanceMarketData } from "./market-data.ts";
export { type BinanceOrderGatewayOptions, createBinanceOrderGateway } from "./order-gateway.ts";
