import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface NewsServer {
  readonly url: string;
  readonly requests: { readonly path: string; readonly headers: IncomingMessage["headers"]; readonly body: string }[];
  /** How `/feed` and `/v1/chat/completions` answer. */
  answer: Record<string, (response: ServerResponse, body: string) => void>;
  stop(): Promise<void>;
}

/** A feed and a language model on loopback that answer what the test says, however badly. */
export async function startNewsServer(): Promise<NewsServer> {
  const requests: NewsServer["requests"] = [];
  const answer: NewsServer["answer"] = {};
  const server = createServer((incoming, response) => {
    let body = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (part: string) => {
      body += part;
    });
    incoming.on("end", () => {
      const path = incoming.url ?? "/";
      requests.push({ path, headers: incoming.headers, body });
      const given = answer[path];
      if (given === undefined) response.writeHead(404).end();
      else given(response, body);
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
