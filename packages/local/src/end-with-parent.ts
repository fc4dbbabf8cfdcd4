// Preloaded into child processes: without it a killed parent would leave them behind, holding their ports.
process.once("disconnect", () => process.exit(0));
// Listening keeps the channel, and with it the process, alive: one that could not start must still be able to end.
process.channel?.unref();
