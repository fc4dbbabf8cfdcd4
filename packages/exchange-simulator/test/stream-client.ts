/** What came over a websocket, in order. */
export interface StreamClient {
  readonly messages: Readonly<Record<string, unknown>>[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  send(message: unknown): void;
  /** The first message, from the `from`th on, that satisfies the condition. */
  until(condition: (message: Readonly<Record<string, unknown>>) => boolean, from?: number): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

/** Connects with Node's own client; rejects when the server refuses. */
export async function connectStream(url: string): Promise<StreamClient> {
  const socket = new WebSocket(url.replace(/^http/, "ws"));
  const messages: Readonly<Record<string, unknown>>[] = [];
  let wake = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  socket.addEventListener("message", ({ data }) => {
    messages.push(JSON.parse(String(data)));
    wake.resolve();
  });
  socket.addEventListener("close", ({ code, reason }) => {
    closed.resolve({ code, reason });
    wake.resolve();
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve(), { once: true });
    socket.addEventListener("error", () => reject(new Error(`no websocket at ${url}`)), { once: true });
  });
  return {
    messages,
    closed: closed.promise,
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    async until(condition, from = 0) {
      for (;;) {
        const found = messages.slice(from).find(condition);
        if (found !== undefined) return found;
        if (socket.readyState === WebSocket.CLOSED) throw new Error(`closed after ${JSON.stringify(messages.slice(-5))}`);
        wake = Promise.withResolvers();
        await wake.promise;
      }
    },
    close: () => socket.close(),
  };
}
