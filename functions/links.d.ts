import "sst";

/** What `Resource` gives to the handlers; the stacks test compares it with the links that the stacks really register. */
declare module "sst" {
  export interface Resource {
    Cycles: { name: string };
    Signals: { name: string };
    Decisions: { name: string };
    Positions: { name: string };
    Orders: { name: string };
    Trades: { name: string };
    Control: { name: string };
    Audit: { name: string };
    Features: { name: string };
    Snapshots: { name: string };
    AnalysisQueue: { url: string };
    ExecutionQueue: { url: string };
    CommandQueue: { url: string };
    NotificationQueue: { url: string };
    Events: { name: string };
    BinanceApiKey: { value: string };
    BinanceApiSecret: { value: string };
    NewsModelApiKey: { value: string };
    DiscordPublicKey: { value: string };
    DiscordApplicationId: { value: string };
    DiscordWebhookUrl: { value: string };
    TelegramBotToken: { value: string };
    TelegramWebhookSecret: { value: string };
    SmsPhoneNumbers: { value: string };
  }
}
