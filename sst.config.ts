/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app(input) {
    const production = input.stage === "production";
    const region = process.env.WINISWIN_AWS_REGION || "eu-central-1";
    // Where Binance answers 451: the United States, Canada and Malaysia host regions of AWS.
    if (/^(us|ca)-|^ap-southeast-5$/.test(region))
      throw new Error(
        `Binance answers 451 to addresses of ${region}, so nothing could trade there: choose another region, eu-central-1 say.`,
      );
    return {
      name: "winiswin",
      home: "aws",
      // Tables and buckets of production outlive the stack; a personal stage leaves nothing behind.
      removal: production ? "retain" : "remove",
      protect: production,
      providers: { aws: { region } },
    };
  },
  async run() {
    const { tables, buckets } = await import("./stacks/storage.ts");
    await import("./stacks/secrets.ts");
    await import("./stacks/messaging.ts");
    await import("./stacks/analysis.ts");
    await import("./stacks/execution.ts");
    await import("./stacks/notifications.ts");
    const { keepUndeliverableEvents } = await import("./stacks/messaging.ts");
    keepUndeliverableEvents();
    const { discordInteractions } = await import("./stacks/discord.ts");
    const { telegramUpdates } = await import("./stacks/telegram.ts");
    const { dashboard } = await import("./stacks/dashboard.ts");
    return {
      dashboardName: dashboard.dashboardName,
      discordInteractionsUrl: discordInteractions.url,
      telegramUpdatesUrl: telegramUpdates.url,
      signalsTable: tables.Signals.name,
      snapshotsBucket: buckets.Snapshots.name,
    };
  },
});
