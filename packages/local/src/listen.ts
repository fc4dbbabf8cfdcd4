import type { RequestListener, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { StartError } from "./start-error.ts";

export interface Listening {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Listens on loopback only; port 0 takes a free one. Throws StartError when the port is taken. */
export async function listenOn(server: Server, port: number, purpose: string): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(portTaken(error, port, purpose) ?? error));
    server.listen(port, "127.0.0.1", resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const listenWith = (listener: RequestListener, port: number, purpose: string): Promise<Listening> =>
  listenOn(createServer(listener), port, purpose);

/** The sentence for a port that somebody else has; undefined for any other failure. */
export function portTaken(error: unknown, port: number, purpose: string): StartError | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if (error.code === "EADDRINUSE") {
    return new StartError(`Port ${port}, wanted for ${purpose}, is in use: stop what uses it, or choose others with --port.`);
  }
  if (error.code === "EACCES") return new StartError(`Port ${port}, wanted for ${purpose}, may not be used: choose others with --port.`);
  return undefined;
}
