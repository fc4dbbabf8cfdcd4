/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app(input) {
    const production = input.stage === "production";
    const region = process.env.WINISWIN_AWS_REGION || "eu-central-1";
    if (region.startsWith("us-"))
      throw new Error(`Binance answers 451 in the United States, so ${region} cannot trade: choose another region.`);
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
    const { discordInteractions } = await import("./stacks/discord.ts");
    return {
      discordInteractionsUrl: discordInteractions.url,
      signalsTable: tables.Signals.name,
      snapshotsBucket: buckets.Snapshots.name,
    };
  },
});
