/**
 * What is kept and what is given at deployment: tables, buckets, secrets, the bus and the settings that travel in the environment.
 *
 * Plain data without imports, a part of the topology that has no functions in it.
 */

export type TableName = keyof typeof tables;
export type BucketName = keyof typeof buckets;
export type SecretName = keyof typeof secrets;

export interface TableDescription {
  readonly partitionKey: string;
  readonly sortKey?: string;
}

export interface BucketDescription {
  readonly expireAfterDays: number;
}

/** Epoch seconds after which DynamoDB may delete a row. */
export const timeToLiveAttribute = "expiresAt";

/** DynamoDB tables, on demand; `expiresAt` is the time-to-live attribute (epoch seconds) of all of them. */
export const tables = {
  Cycles: { partitionKey: "day", sortKey: "cycleId" },
  Signals: { partitionKey: "cycleId", sortKey: "signalId" },
  Decisions: { partitionKey: "cycleId", sortKey: "decisionId" },
  Positions: { partitionKey: "bot", sortKey: "positionId" },
  Orders: { partitionKey: "positionId", sortKey: "clientOrderId" },
  Trades: { partitionKey: "bot", sortKey: "positionId" },
  Control: { partitionKey: "name" },
  Audit: { partitionKey: "bot", sortKey: "sequence" },
  Features: { partitionKey: "symbol", sortKey: "rowId" },
} as const satisfies Record<string, TableDescription>;

/** Object stores: engine snapshots and the instruments of the last dispatch. */
export const buckets = {
  Snapshots: { expireAfterDays: 14 },
} as const satisfies Record<string, BucketDescription>;

/** Given at deployment (`sst secret set`) or by the embedded runtime; an empty text means "not configured". */
export const secrets = {
  BinanceApiKey: { description: "API key of the futures account, without withdrawal right" },
  BinanceApiSecret: { description: "Secret of that key" },
  NewsModelApiKey: { description: "Key of the language model that judges the news; empty for none" },
  DiscordPublicKey: { description: "Public key of the Discord application, hexadecimal: verifies interactions" },
  DiscordApplicationId: { description: "Id of the Discord application" },
  DiscordWebhookUrl: { description: "Webhook of the channel that is told what happened; empty for none" },
  TelegramBotToken: { description: "Token of the Telegram bot; empty for none" },
  TelegramWebhookSecret: { description: "What Telegram sends with every update, chosen by you: letters, digits, _ and -" },
  SmsPhoneNumbers: { description: "Numbers that get text messages, like +491701234567, separated by commas; empty for none" },
} as const;

/** Variables that every function gets when they are set where it is deployed; the lists of people are empty unless given: then nobody may ask. */
export const environmentNames = [
  "BINANCE_BASE_URL",
  "DISCORD_API_URL",
  "DISCORD_ALLOWED_USERS",
  "DISCORD_ALLOWED_ROLES",
  "DISCORD_LOOKING_USERS",
  "DISCORD_LOOKING_ROLES",
  "TELEGRAM_API_URL",
  "TELEGRAM_ALLOWED_CHATS",
  "SMS_MONTHLY_CAP",
  "ENABLE_TRADING",
  "SYMBOL_MODE",
  "STATIC_SYMBOLS",
  "MAX_SYMBOLS",
  "SHARD_COUNT",
  "RISK_PER_TRADE_PERCENT",
  "MAX_POSITION_SIZE_PERCENT",
  "MIN_POSITION_SIZE_PERCENT",
  "DEFAULT_LEVERAGE",
  "MIN_LEVERAGE",
  "MAX_LEVERAGE",
  "MAX_CONCURRENT_POSITIONS",
  "MIN_LISTING_AGE_DAYS",
  "MAX_SPREAD_PERCENT",
  "DATASET",
  "NEWS_FEED_URL",
  "NEWS_MODEL_URL",
  "LOG_LEVEL",
] as const;

export const bus = { name: "Events" } as const;

/** The `source` of every event that this system publishes. */
export const eventSource = "winiswin";
