// Preloaded into child processes: without it a killed parent would leave them behind, holding their ports.
process.once("disconnect", () => process.exit(0));
