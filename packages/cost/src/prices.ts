/** A list price in USD, without tax, of the region eu-central-1. */
export interface Price {
  readonly usd: number;
  /** Of which one costs that much. */
  readonly unit: string;
  /** So much a month is free for every account, without an end. */
  readonly freeAMonth: number;
}

const price = (usd: number, unit: string, freeAMonth = 0): Price => ({ usd, unit, freeAMonth });

/** When the prices were looked up, and where: the price list itself could not be reached from where this was written. */
export const pricesAsOf = "2026-11-21";
export const pricesFrom =
  "DynamoDB, Lambda, SQS, logs and alarms: a public copy of AWS's regional price list of 2026-09-11; S3, EventBridge, X-Ray, metrics, dashboards, EC2, addresses and allowances: AWS's pricing pages as known in 2026, to be checked once against the AWS pricing calculator.";

export const prices = {
  lambdaRequest: price(0.2 / 1e6, "request", 1e6),
  lambdaGigabyteSecond: price(0.0000133334, "GB-s (arm64)", 400_000),
  tableWrite: price(0.7625 / 1e6, "write unit"),
  tableRead: price(0.1525 / 1e6, "read unit"),
  tableStorage: price(0.306, "GB-month", 25),
  tableBackup: price(0.2448, "GB-month"),
  queueRequest: price(0.4 / 1e6, "request", 1e6),
  fifoQueueRequest: price(0.5 / 1e6, "request"),
  busEvent: price(1 / 1e6, "event"),
  scheduledInvocation: price(1 / 1e6, "invocation", 14e6),
  objectWrite: price(0.0054 / 1000, "PUT"),
  objectRead: price(0.00043 / 1000, "GET"),
  objectStorage: price(0.0245, "GB-month"),
  logIngestion: price(0.63, "GB", 5),
  logStorage: price(0.0324, "GB-month", 5),
  metric: price(0.3, "metric", 10),
  dashboard: price(3, "dashboard", 3),
  alarm: price(0.1, "alarm", 10),
  trace: price(5 / 1e6, "trace", 100_000),
  dataOut: price(0.09, "GB", 100),
  natInstanceHour: price(0.0048, "hour of t4g.nano"),
  publicAddressHour: price(0.005, "hour of a public IPv4 address"),
  diskStorage: price(0.0952, "GB-month of gp3"),
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;
