declare module "dynalite" {
  import type { Server } from "node:http";

  /** A DynamoDB emulator as an HTTP server; without `path` its tables live in memory. */
  export default function dynalite(options?: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}
